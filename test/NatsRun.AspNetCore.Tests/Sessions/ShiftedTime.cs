namespace NatsRun.AspNetCore.Tests.Sessions;

/// <summary>The system's clock, moved by an offset; and its timers fire when the test says so as well.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<Action> _timers = [];
    private TimeSpan _offset;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return System.GetUtcNow() + _offset;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (period >= TimeSpan.FromMinutes(1))
        {
            lock (_lock)
            {
                _timers.Add(() => callback(state));
            }
        }

        return System.CreateTimer(callback, state, dueTime, period);
    }

    /// <summary>Moves the clock and fires every periodic timer of a minute or more once.</summary>
    public void Advance(TimeSpan by)
    {
        Action[] timers;
        lock (_lock)
        {
            _offset += by;
            timers = [.. _timers];
        }

        foreach (var timer in timers)
        {
            timer();
        }
    }
}

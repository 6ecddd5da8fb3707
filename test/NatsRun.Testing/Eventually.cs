using System.Diagnostics;

namespace NatsRun.Testing;

/// <summary>Waits for conditions by polling. The only place in the tests that lets time pass.</summary>
public static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    public static TimeSpan DefaultTimeout { get; } = TimeSpan.FromSeconds(15);

    /// <param name="condition">What shall become true.</param>
    /// <param name="reason">Why it should, for the message when it does not.</param>
    /// <param name="timeout">Default 15 seconds.</param>
    public static async Task True(Func<Task<bool>> condition, string reason, TimeSpan? timeout = null)
    {
        var limit = timeout ?? DefaultTimeout;
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(started) > limit)
            {
                throw new TimeoutException($"Not within {limit.TotalSeconds} s: {reason}");
            }

            await Task.Delay(Interval);
        }
    }

    public static Task True(Func<bool> condition, string reason, TimeSpan? timeout = null) =>
        True(() => Task.FromResult(condition()), reason, timeout);

    /// <param name="expected">The value to wait for.</param>
    /// <param name="actual">Reads the value.</param>
    /// <param name="reason">Why it should become that, for the message when it does not.</param>
    /// <param name="timeout">Default 15 seconds.</param>
    public static async Task Equal<T>(T expected, Func<Task<T>> actual, string reason, TimeSpan? timeout = null)
    {
        var last = default(T);
        try
        {
            await True(async () => EqualityComparer<T>.Default.Equals(last = await actual(), expected), reason, timeout);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message} (expected {expected}, last was {last})", e);
        }
    }

    public static Task Equal<T>(T expected, Func<T> actual, string reason, TimeSpan? timeout = null) =>
        Equal(expected, () => Task.FromResult(actual()), reason, timeout);
}

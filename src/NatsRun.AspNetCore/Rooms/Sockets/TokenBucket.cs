namespace NatsRun.AspNetCore;

/// <summary>
/// Counts what a socket sends. It holds a burst's worth of tokens and refills at a rate; whoever takes more goes into debt and is
/// told how long to wait. For one caller at a time.
/// </summary>
internal sealed class TokenBucket(int perSecond, int burst, TimeProvider time)
{
    /// <summary>Shorter waits are put off: a timer would not keep them.</summary>
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(10);

    private double _tokens = burst;
    private long _counted = time.GetTimestamp();

    /// <summary>Takes a token.</summary>
    /// <returns>How long to wait before going on; zero within the burst.</returns>
    public TimeSpan Take()
    {
        if (--_tokens >= 0)
        {
            return TimeSpan.Zero;
        }

        var now = time.GetTimestamp();
        _tokens = Math.Min(burst, _tokens + 1 + (time.GetElapsedTime(_counted, now).TotalSeconds * perSecond)) - 1;
        _counted = now;
        var wait = TimeSpan.FromSeconds(Math.Max(0, -_tokens) / perSecond);
        return wait < ShortestWait ? TimeSpan.Zero : wait;
    }
}

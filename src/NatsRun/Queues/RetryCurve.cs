namespace NatsRun;

/// <summary>How long a failed message waits: doubling with every attempt, up to a limit, with jitter so that failures do not return together.</summary>
internal static class RetryCurve
{
    private const double Jitter = 0.2;

    public static TimeSpan WaitBefore(int attempt, WorkQueueOptions options, Random random)
    {
        var doublings = Math.Min(attempt - 1, 30);
        var wait = Math.Min(options.RetryWaitMin.TotalMilliseconds * Math.Pow(2, doublings), options.RetryWaitMax.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(wait * (1 - Jitter + (2 * Jitter * random.NextDouble())));
    }
}

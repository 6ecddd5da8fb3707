namespace NatsRun;

/// <summary>How a work queue is consumed.</summary>
public sealed class WorkQueueOptions
{
    /// <summary>How many messages are handled at once in this process. Default: 32.</summary>
    public int Concurrency { get; set; } = 32;

    /// <summary>
    /// After how long without a sign of life a message is given to another worker. Handlers may run longer: they are kept alive
    /// with in-progress marks. At least one second. Default: 10 seconds.
    /// </summary>
    public TimeSpan AckWait { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The wait before the first retry; it doubles with every attempt. Default: 250 milliseconds.</summary>
    public TimeSpan RetryWaitMin { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest wait before a retry. Default: 30 seconds.</summary>
    public TimeSpan RetryWaitMax { get; set; } = TimeSpan.FromSeconds(30);
}

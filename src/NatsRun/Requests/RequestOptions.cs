namespace NatsRun;

/// <summary>How the requests of one pattern are served.</summary>
public sealed class RequestOptions
{
    /// <summary>
    /// The queue group: each request goes to one of its members, in any process. On the server the pattern is added to the
    /// name. All processes of a group should map the same patterns. Default: <c>natsrun</c>.
    /// </summary>
    public string QueueGroup { get; set; } = "natsrun";

    /// <summary>How many requests are handled at once in this process; more wait. Default: 256.</summary>
    public int Concurrency { get; set; } = 256;
}

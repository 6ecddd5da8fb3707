namespace NatsRun.AspNetCore;

/// <summary>How HTTP requests become NATS messages and replies responses. Bound from the configuration section <c>NatsRun:Http</c>.</summary>
public sealed class GatewayOptions
{
    /// <summary>The configuration section these options are bound from.</summary>
    public const string Section = "NatsRun:Http";

    /// <summary>
    /// The largest body, in bytes; more is 413. The server's <c>max_payload</c> (1 MiB by default) limits body and headers together
    /// as well. Default: 512 KiB.
    /// </summary>
    public int MaxBodyBytes { get; set; } = 512 * 1024;

    /// <summary>How long a request waits for its reply in Request mode; then 504. Default: 5 seconds.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a request waits for the handler's reply in Queue mode; then 202. Default: 5 seconds.</summary>
    public TimeSpan QueueWait { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest wait that a client can ask for with <c>Prefer: wait=N</c>. Default: 30 seconds.</summary>
    public TimeSpan MaxWait { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long one attempt to store a message in its stream may take. Default: 2 seconds.</summary>
    public TimeSpan StoreTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How often storing is tried before the outcome counts as unknown (504). Default: 3.</summary>
    public int StoreAttempts { get; set; } = 3;

    /// <summary>
    /// How long requests in flight may go on waiting when the host stops; then 504, or 202 where the stream has the message.
    /// Default: 3 seconds.
    /// </summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How many requests may wait for NATS at once on this node; more is 503. Default: 10,000.</summary>
    public int MaxOutstandingRequests { get; set; } = 10_000;

    /// <summary>
    /// How many of them may come from one client, by session cookie or else by address; more is 429. Default: 1,000.
    /// </summary>
    public int MaxOutstandingRequestsPerClient { get; set; } = 1_000;

    /// <summary>
    /// Request headers that are passed on, beside those that the gateway makes itself. Never passed on, and refused here:
    /// <c>Authorization</c>, <c>Cookie</c>, hop-by-hop headers, <c>Nats-*</c> and the gateway's own.
    /// </summary>
    public IList<string> ForwardedRequestHeaders { get; } =
    [
        "Accept", "Accept-Language", "Content-Encoding", "Content-Language",
        "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since",
    ];

    /// <summary>Reply headers that become response headers. Never, and refused here: <c>Set-Cookie</c>, hop-by-hop headers and <c>Content-Length</c>.</summary>
    public IList<string> ForwardedResponseHeaders { get; } =
    [
        "Cache-Control", "Content-Disposition", "Content-Encoding", "Content-Language",
        "ETag", "Last-Modified", "Link", "Location", "Retry-After", "Vary",
    ];
}

namespace NatsRun.AspNetCore;

/// <summary>
/// The limits and times of rooms and their sockets. Bound from the configuration section <c>NatsRun:Rooms</c>, read once at
/// start-up and checked there.
/// </summary>
public sealed class RoomOptions
{
    /// <summary>The configuration section these options are bound from.</summary>
    public const string Section = "NatsRun:Rooms";

    /// <summary>
    /// The largest message a client may send, in bytes over all its frames. A larger one closes the socket with 1009, and so does one that
    /// the NATS server's own <c>max_payload</c> does not allow. Default: 64 KiB.
    /// </summary>
    public int MaxMessageBytes { get; set; } = 64 * 1024;

    /// <summary>
    /// How much may wait for one socket, in bytes, with 64 bytes counted for each message besides its payload. A socket whose queue is
    /// full is closed with 4000: it is to reconnect. Default: 1 MiB.
    /// </summary>
    public int SendQueueBytes { get; set; } = 1024 * 1024;

    /// <summary>How long a quiet socket is left alone before it is sent a ping. Default: 15 seconds.</summary>
    public TimeSpan PingInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long the answer to a ping may take. This is the idle timeout too: a peer from which nothing at all came for
    /// <see cref="PingInterval"/> and this time together is dropped, and one that answers pings may stay as long as it likes. While the gateway
    /// itself does not read, the time stands still. Default: 20 seconds.
    /// </summary>
    public TimeSpan PingTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// How many messages per second one socket may send in the long run. One that sends faster is read more slowly, so that
    /// nothing is lost. Default: 1,000.
    /// </summary>
    public int MessagesPerSecond { get; set; } = 1_000;

    /// <summary>How many messages one socket may send at once before <see cref="MessagesPerSecond"/> holds. Default: 2,000.</summary>
    public int Burst { get; set; } = 2_000;

    /// <summary>How many sockets of one client id this node takes; one more is refused with 429. Default: 64.</summary>
    public int MaxSocketsPerClient { get; set; } = 64;

    /// <summary>How long a room's subscription is kept after its last socket here has left. Default: 5 seconds.</summary>
    public TimeSpan RoomLinger { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a peer may take to answer a close before the connection is cut. Default: 2 seconds.</summary>
    public TimeSpan CloseTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long the host's stop waits for sockets that were told 1001; those still open then are cut. Default: 2 seconds.
    /// </summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Names that are no rooms, compared without regard to case: paths of the application live there. Configuration and code add to
    /// the default, which is <c>users</c>, <c>rooms</c>, <c>healthz</c>, <c>readyz</c> and <c>index</c>.
    /// </summary>
    public ISet<string> ReservedRoomIds { get; } =
        new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "users", "rooms", "healthz", "readyz", "index" };
}

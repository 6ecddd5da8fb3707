using NATS.Client.Core;

namespace NatsRun.AspNetCore;

/// <summary>How messages of NATS are taken for sockets.</summary>
internal static class Delivery
{
    /// <summary>
    /// Nothing is dropped on the way from NATS to the queues of the sockets: a full channel lets the connection wait, which the
    /// server notices. Whoever reads the channel only queues, so that it is hardly ever full.
    /// </summary>
    public static NatsSubOpts Options { get; } = new()
    {
        ChannelOpts = new NatsSubChannelOpts { Capacity = 16 * 1024, FullMode = System.Threading.Channels.BoundedChannelFullMode.Wait },
    };

    public static RoomMessage FrameOf(in NatsMsg<byte[]> message)
    {
        var payload = message.Data ?? [];
        string? contentType = null;
        message.Headers?.TryGetLastValue(HeaderNames.ContentType, out contentType);
        return new RoomMessage(payload, PayloadKind.IsText(contentType, payload));
    }
}

using System.Buffers;
using System.Net.WebSockets;

namespace NatsRun.AspNetCore;

internal enum Arrival
{
    /// <summary>A whole text message, checked to be UTF-8.</summary>
    Text,

    /// <summary>A whole binary message.</summary>
    Binary,

    /// <summary>The beginning of a message that is larger than the limit; the rest of it comes as more of these or as messages.</summary>
    TooBig,

    /// <summary>The peer's close.</summary>
    Close,

    /// <summary>The connection is gone, or the peer broke the protocol and was told so.</summary>
    Lost,
}

/// <summary>One thing that came from the peer. The payload is valid until the next one is asked for.</summary>
internal readonly record struct Arrived(Arrival Kind, ReadOnlyMemory<byte> Payload = default);

/// <summary>
/// The WebSocket protocol on an upgraded stream: whole messages in, frames out, pings by itself. One reader and one writer at a
/// time. All that is known of <see cref="WebSocket"/> is here.
/// </summary>
internal sealed class WebSocketLink : IDisposable
{
    private const int FirstBuffer = 4096;

    /// <summary>How many empty frames one message may have: they cost time and count nothing.</summary>
    private const int MaxEmptyFrames = 1000;

    /// <summary>Whether the peer is silent is decided by <see cref="Silence"/>, which knows when nobody reads.</summary>
    private static readonly TimeSpan NeverByTheFramework = TimeSpan.FromDays(20);

    private readonly HeardStream _stream;
    private readonly WebSocket _socket;
    private readonly int _maxMessageBytes;
    private byte[]? _buffer;

    public WebSocketLink(Stream stream, RoomOptions options, TimeProvider time)
    {
        _stream = new HeardStream(stream, time);
        _maxMessageBytes = options.MaxMessageBytes;
        _socket = WebSocket.CreateFromStream(_stream, new WebSocketCreationOptions
        {
            IsServer = true,
            KeepAliveInterval = options.PingInterval,
            KeepAliveTimeout = NeverByTheFramework,
        });
    }

    /// <summary>How long the peer has been silent although somebody listened.</summary>
    public TimeSpan Silence(long now) => _stream.Silence(now);

    public ValueTask SendAsync(in RoomMessage message, CancellationToken cancellationToken) => _socket.SendAsync(
        message.Payload,
        message.IsText ? WebSocketMessageType.Text : WebSocketMessageType.Binary,
        endOfMessage: true,
        cancellationToken);

    public Task SendCloseAsync(int code, string? reason, CancellationToken cancellationToken) =>
        _socket.CloseOutputAsync((WebSocketCloseStatus)code, reason, cancellationToken);

    /// <summary>Reads until a message is whole, the limit is passed, or the peer ends. Memory is taken only for what came.</summary>
    public async ValueTask<Arrived> ReceiveAsync(CancellationToken cancellationToken)
    {
        ReturnBuffer();
        try
        {
            // No buffer is held while nothing comes.
            var result = await _socket.ReceiveAsync(Memory<byte>.Empty, cancellationToken);
            return result.MessageType == WebSocketMessageType.Close
                ? new Arrived(Arrival.Close)
                : await ReceiveMessageAsync(result, cancellationToken);
        }
        catch (Exception e) when (IsLoss(e))
        {
            return new Arrived(Arrival.Lost);
        }
    }

    /// <summary>Whether an exception only says that the connection is over; the server's pipes say so by an invalid operation too.</summary>
    public static bool IsLoss(Exception e) =>
        e is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException or InvalidOperationException;

    public void Abort() => _socket.Abort();

    public void Dispose()
    {
        _socket.Dispose();
        ReturnBuffer();
    }

    private async ValueTask<Arrived> ReceiveMessageAsync(ValueWebSocketReceiveResult result, CancellationToken cancellationToken)
    {
        var length = 0;
        var empty = 0;
        while (!result.EndOfMessage)
        {
            if (length > _maxMessageBytes || empty > MaxEmptyFrames)
            {
                return new Arrived(Arrival.TooBig);
            }

            var buffer = BufferFor(length);
            result = await _socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
            length += result.Count;
            if (result.MessageType == WebSocketMessageType.Close)
            {
                return new Arrived(Arrival.Close);
            }

            empty += result.Count == 0 ? 1 : 0;
        }

        return length > _maxMessageBytes
            ? new Arrived(Arrival.TooBig)
            : new Arrived(
                result.MessageType == WebSocketMessageType.Text ? Arrival.Text : Arrival.Binary,
                _buffer.AsMemory(0, length));
    }

    /// <summary>A buffer with room for more, at most one byte more than the limit allows.</summary>
    private byte[] BufferFor(int length)
    {
        if (_buffer is null)
        {
            _buffer = ArrayPool<byte>.Shared.Rent(Math.Min(FirstBuffer, _maxMessageBytes + 1));
        }
        else if (length == _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Min(length * 2, Math.Max(length, _maxMessageBytes) + 1));
            _buffer.AsSpan(0, length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        return _buffer;
    }

    private void ReturnBuffer()
    {
        if (_buffer is { } buffer)
        {
            _buffer = null;
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

using System.Net;
using System.Net.WebSockets;
using System.Text;

namespace Chat.Tests;

/// <summary>A plain WebSocket in a room, as <c>wscat</c> opens it: bare frames, no cookie unless given.</summary>
public sealed class ChatSocket : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private readonly ClientWebSocket _socket = new();

    public WebSocketState State => _socket.State;

    /// <param name="demo">The node to connect to.</param>
    /// <param name="path">Room and client, such as <c>/lobby/alice</c>.</param>
    /// <param name="cookie">Sent as it is.</param>
    public static async Task<ChatSocket> JoinAsync(Demo demo, string path, string? cookie = null)
    {
        var socket = new ChatSocket();
        socket._socket.Options.CollectHttpResponseDetails = true;
        if (cookie is not null)
        {
            socket._socket.Options.SetRequestHeader("Cookie", cookie);
        }

        using var timeout = new CancellationTokenSource(Patience);
        await socket._socket.ConnectAsync(new Uri($"ws://{demo.Url.Authority}{path}"), timeout.Token);
        return socket;
    }

    /// <summary>The status with which a handshake is refused.</summary>
    public static async Task<HttpStatusCode> RefusalAsync(Demo demo, string path)
    {
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        using var timeout = new CancellationTokenSource(Patience);
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(new Uri($"ws://{demo.Url.Authority}{path}"), timeout.Token));
        return socket.HttpStatusCode;
    }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text);

    public Task SendAsync(byte[] bytes) => SendAsync(bytes, WebSocketMessageType.Binary);

    /// <summary>The next message; a close has no bytes.</summary>
    public async Task<(WebSocketMessageType Type, byte[] Payload)> ReceiveAsync()
    {
        using var timeout = new CancellationTokenSource(Patience);
        var buffer = new byte[128 * 1024];
        var length = 0;
        while (true)
        {
            var result = await _socket.ReceiveAsync(buffer.AsMemory(length), timeout.Token);
            length += result.Count;
            if (result.EndOfMessage)
            {
                return (result.MessageType, buffer[..length]);
            }
        }
    }

    public async Task<string> ReceiveTextAsync()
    {
        var (type, payload) = await ReceiveAsync();
        Assert.Equal(WebSocketMessageType.Text, type);
        return Encoding.UTF8.GetString(payload);
    }

    /// <summary>Reads on until a text is there that fulfils the condition.</summary>
    public async Task<string> ReceiveTextAsync(Func<string, bool> condition)
    {
        while (true)
        {
            if (await ReceiveTextAsync() is var text && condition(text))
            {
                return text;
            }
        }
    }

    /// <summary>Reads until the server closes; returns the code.</summary>
    public async Task<int> ReceiveCloseAsync()
    {
        while ((await ReceiveAsync()).Type != WebSocketMessageType.Close)
        {
        }

        return (int)_socket.CloseStatus!.Value;
    }

    /// <summary>Answers the server's close.</summary>
    public Task CloseAsync() => _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return default;
    }

    private Task SendAsync(byte[] payload, WebSocketMessageType type) => _socket.SendAsync(payload, type, true, CancellationToken.None);
}

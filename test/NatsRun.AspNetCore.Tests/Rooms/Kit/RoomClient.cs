using System.Net.WebSockets;
using System.Text;

namespace NatsRun.AspNetCore.Tests;

/// <summary>A client with the framework's own WebSocket.</summary>
public sealed class RoomClient(ClientWebSocket socket) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public ClientWebSocket Socket => socket;

    public Task SendAsync(string text) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, CancellationToken.None);

    public Task SendAsync(byte[] bytes) => socket.SendAsync(bytes, WebSocketMessageType.Binary, true, CancellationToken.None);

    /// <summary>The next message, as (type, bytes); a close has no bytes.</summary>
    public async Task<(WebSocketMessageType Type, byte[] Payload)> ReceiveAsync()
    {
        using var timeout = new CancellationTokenSource(Patience);
        var buffer = new byte[64 * 1024];
        using var message = new MemoryStream();
        while (true)
        {
            var result = await socket.ReceiveAsync(buffer, timeout.Token);
            message.Write(buffer, 0, result.Count);
            if (result.EndOfMessage)
            {
                return (result.MessageType, message.ToArray());
            }
        }
    }

    public async Task<string> ReceiveTextAsync()
    {
        var (type, payload) = await ReceiveAsync();
        Assert.Equal(WebSocketMessageType.Text, type);
        return Encoding.UTF8.GetString(payload);
    }

    /// <summary>Reads until the server closes.</summary>
    public async Task<int> ReceiveCloseAsync()
    {
        while ((await ReceiveAsync()).Type != WebSocketMessageType.Close)
        {
        }

        return (int)socket.CloseStatus!.Value;
    }

    /// <summary>Sends something to itself over the room and reads until it is back: whatever was on its way before has arrived.</summary>
    public async Task<List<string>> ReadToMarkAsync()
    {
        var mark = "mark " + Guid.NewGuid();
        await SendAsync(mark);
        var read = new List<string>();
        while (await ReceiveTextAsync() is var text && text != mark)
        {
            read.Add(text);
        }

        return read;
    }

    public ValueTask DisposeAsync()
    {
        socket.Dispose();
        return default;
    }
}

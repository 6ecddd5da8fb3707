using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace NatsRun.AspNetCore.Tests;

/// <summary>A client that sends exactly what a test says, polite or not.</summary>
public sealed class RawClient : IDisposable
{
    public const byte Text = 1;
    public const byte CloseOpcode = 8;
    public const byte Ping = 9;
    public const byte Pong = 10;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private readonly TcpClient _tcp;
    private readonly NetworkStream _stream;

    private RawClient(TcpClient tcp)
    {
        _tcp = tcp;
        _stream = tcp.GetStream();
    }

    public int Status { get; private set; }

    public string Head { get; private set; } = "";

    /// <summary>Sends a handshake with this request target and reads the head of the response.</summary>
    public static async Task<RawClient> ConnectAsync(int port, string target, string headers = "", int receiveBuffer = 0, bool upgrade = true)
    {
        var tcp = new TcpClient();
        if (receiveBuffer > 0)
        {
            tcp.ReceiveBufferSize = receiveBuffer;
        }

        await tcp.ConnectAsync("127.0.0.1", port);
        var client = new RawClient(tcp);
        var handshake = upgrade
            ? "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            : "";
        await client.SendBytesAsync(Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{handshake}{headers}\r\n"));
        await client.ReadHeadAsync();
        return client;
    }

    public async Task SendBytesAsync(byte[] bytes) => await _stream.WriteAsync(bytes);

    public Task SendFrameAsync(byte opcode, ReadOnlySpan<byte> payload, bool final = true, bool masked = true)
    {
        var length = payload.Length < 126 ? 0 : 2;
        var frame = new byte[2 + length + (masked ? 4 : 0) + payload.Length];
        frame[0] = (byte)((final ? 0x80 : 0) | opcode);
        frame[1] = (byte)((masked ? 0x80 : 0) | (length == 0 ? payload.Length : 126));
        if (length > 0)
        {
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), checked((ushort)payload.Length));
        }

        // The mask is zero, so that the payload stands as it is.
        payload.CopyTo(frame.AsSpan(frame.Length - payload.Length));
        return SendBytesAsync(frame);
    }

    /// <summary>Reads one frame; -1 when the connection has ended.</summary>
    public async Task<(int Opcode, byte[] Payload)> ReadFrameAsync()
    {
        using var timeout = new CancellationTokenSource(Patience);
        try
        {
            var head = new byte[10];
            await _stream.ReadExactlyAsync(head.AsMemory(0, 2), timeout.Token);
            var extra = (head[1] & 0x7f) switch { 126 => 2, 127 => 8, _ => 0 };
            await _stream.ReadExactlyAsync(head.AsMemory(2, extra), timeout.Token);
            var length = extra switch
            {
                2 => BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(2)),
                8 => (int)BinaryPrimitives.ReadUInt64BigEndian(head.AsSpan(2)),
                _ => head[1] & 0x7f,
            };
            var payload = new byte[length];
            await _stream.ReadExactlyAsync(payload, timeout.Token);
            return (head[0] & 0x0f, payload);
        }
        catch (IOException)
        {
            return (-1, []);
        }
    }

    /// <summary>Reads to the server's close and gives its code; -1 when the connection ends without one.</summary>
    public async Task<int> ReadCloseAsync()
    {
        while (true)
        {
            var (opcode, payload) = await ReadFrameAsync();
            if (opcode is -1 or CloseOpcode)
            {
                return opcode == -1 ? -1 : BinaryPrimitives.ReadUInt16BigEndian(payload);
            }
        }
    }

    /// <summary>Waits until the server has ended the connection.</summary>
    public async Task ReadToEndAsync()
    {
        while ((await ReadFrameAsync()).Opcode != -1)
        {
        }
    }

    public void Dispose() => _tcp.Dispose();

    private async Task ReadHeadAsync()
    {
        using var timeout = new CancellationTokenSource(Patience);
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await _stream.ReadAsync(one, timeout.Token) == 1)
        {
            head.Append((char)one[0]);
        }

        Head = head.ToString();
        Status = int.Parse(Head.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }
}

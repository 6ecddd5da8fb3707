using System.Net;
using System.Net.Sockets;
using System.Text;

namespace NatsRun.LocalServer.Supervision;

/// <summary>
/// Asks a port whether our nats-server answers there. The protocol's first line is <c>INFO {json}</c>, sent by the server unasked
/// (https://docs.nats.io/reference/reference-protocols/nats-protocol#info); the server name in it tells our server from another one.
/// </summary>
internal static class ServerProbe
{
    private const int LongestInfo = 64 * 1024;

    public static async Task<bool> AnswersAsync(int port, string serverName, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancellationToken).ConfigureAwait(false);
            var info = await ReadLineAsync(socket, cancellationToken).ConfigureAwait(false);
            return info.StartsWith("INFO ", StringComparison.Ordinal)
                && info.Contains($"\"server_name\":\"{serverName}\"", StringComparison.Ordinal);
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static async Task<string> ReadLineAsync(Socket socket, CancellationToken cancellationToken)
    {
        var buffer = new byte[LongestInfo];
        var length = 0;
        while (length < buffer.Length && buffer.AsSpan(0, length).IndexOf((byte)'\n') < 0)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                break;
            }

            length += read;
        }

        return Encoding.UTF8.GetString(buffer, 0, length);
    }
}

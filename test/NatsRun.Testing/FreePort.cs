using System.Net;
using System.Net.Sockets;

namespace NatsRun.Testing;

/// <summary>Free TCP ports on 127.0.0.1, for programs that must keep theirs over a restart; others take port 0.</summary>
public static class FreePort
{
    /// <summary>Below the ports that systems take for outgoing connections, so that none is taken while the program is down.</summary>
    public static int Pick()
    {
        while (true)
        {
            var port = Random.Shared.Next(12_000, 20_000);
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Somebody has it; try the next.
            }
        }
    }
}

using System.Net;
using System.Net.Sockets;

namespace NatsRun.LocalServer;

/// <summary>Picks a free TCP port on 127.0.0.1.</summary>
internal static class LoopbackPort
{
    // Below the range from which systems take ports for outgoing connections (32768 and up on Linux). A port of that range could be
    // given to somebody else while the server is down, or to a client that then connects to itself.
    private const int First = 20_000;
    private const int End = 32_000;

    public static int PickFree()
    {
        for (var attempt = 0; attempt < 200; attempt++)
        {
            var port = Random.Shared.Next(First, End);
            if (IsFree(port))
            {
                return port;
            }
        }

        throw new LocalNatsServerException($"No free port between {First} and {End} was found. Set {LocalNatsServerOptions.SectionName}:Port.");
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

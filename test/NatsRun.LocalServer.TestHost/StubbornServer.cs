using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace NatsRun.LocalServer.TestHost;

/// <summary>Takes nats-server's place: says who it is, logs one line of each kind, and does not end when asked to.</summary>
internal static class StubbornServer
{
    private static readonly string[] LogLines =
    [
        "[1] [FTL] fatal", "[1] [ERR] error", "[1] [WRN] warning", "[1] [INF]   notice", "[1] [INF] ", "[1] [DBG] debug", "[1] [TRC] trace",
        "[1] [NEW] unknown", "panic: no level",
    ];

    public static async Task<int> RunAsync(string[] args)
    {
        using var registration = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => context.Cancel = true);
        foreach (var line in LogLines)
        {
            await Console.Error.WriteLineAsync(line);
        }

        var name = Value(args, "--server_name");
        using var listener = new TcpListener(IPAddress.Loopback, int.Parse(Value(args, "--port"), CultureInfo.InvariantCulture));
        listener.Start();
        while (true)
        {
            using var client = await listener.AcceptTcpClientAsync();
            await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes($"INFO {{\"server_name\":\"{name}\"}} \r\n"));
        }
    }

    private static string Value(string[] args, string name) => args[Array.IndexOf(args, name) + 1];
}

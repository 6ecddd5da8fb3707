using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using NatsRun.Testing;

namespace NatsRun.LocalServer.Tests;

/// <summary>The helper processes of these tests.</summary>
internal static partial class TestHost
{
    /// <summary>A host with a local nats-server; given nats-server's own arguments it is a server that will not end when asked to.</summary>
    public static string Program { get; } = Repository.Built("NatsRun.LocalServer.TestHost", "NatsRun.LocalServer.TestHost");

    private static readonly Dictionary<string, string?> NoServer = new() { ["NATS_URL"] = null };

    public static ChildProcess Start(params string[] arguments) => ChildProcess.Start(Program, arguments, NoServer);

    public static ChildProcess StartInTerminal(params string[] arguments) => ChildProcess.StartInTerminal(Program, arguments, NoServer);

    public static ChildProcess StartWith(params (string Key, string? Value)[] environment) =>
        ChildProcess.Start(Program, [], environment.Append(("NATS_URL", null)).ToDictionary());

    /// <summary>Stands in for nats-server: one of the folder Programs.</summary>
    public static string StandIn(string name) => Path.Combine(Repository.Root, "tests", "NatsRun.LocalServer.Tests", "Programs", name);

    /// <summary>Waits until the host runs; returns what it said about its nats-server.</summary>
    public static async Task<(Uri Url, int ServerId, string Store)> RunningAsync(ChildProcess host)
    {
        await host.WaitForLineAsync("started: ");
        var match = Said().Match(await host.WaitForLineAsync("its data is in "));
        return (new Uri(match.Groups[2].Value), int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), match.Groups[3].Value);
    }

    public static async Task<bool> RefusesAsync(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    [GeneratedRegex(@"\(process (\d+)\) listens on (\S+), its data is in (\S+)")]
    private static partial Regex Said();
}

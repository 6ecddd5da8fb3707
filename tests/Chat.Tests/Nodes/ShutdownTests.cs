using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using NATS.Client.Core;
using NatsRun.Testing;

namespace Chat.Tests.Nodes;

/// <summary>The demo with a nats-server of its own ends as it should, whoever says so.</summary>
[Collection(AloneCollection.Name)]
public sealed partial class ShutdownTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task CtrlC_WithARequestInFlightAndAnOpenSocket_EndsInOrder()
    {
        await using var demo = await Demo.StartAsync(inTerminal: true);
        await ExpectOrderlyEndAsync(demo, demo.Process.PressCtrlC);
    }

    [Fact]
    public async Task SigTerm_WithARequestInFlightAndAnOpenSocket_EndsInOrder()
    {
        await using var demo = await Demo.StartAsync();
        await ExpectOrderlyEndAsync(demo, () => demo.Process.Send(Signal.Terminate));
    }

    private async Task ExpectOrderlyEndAsync(Demo demo, Action stop)
    {
        var server = LocalServer().Match(await demo.Process.WaitForLineAsync("listens on nats://"));
        var serverId = int.Parse(server.Groups["id"].Value, CultureInfo.InvariantCulture);
        await using var alice = await ChatSocket.JoinAsync(demo, "/lobby/alice");
        await using var nats = new NatsConnection(new NatsOpts { Url = server.Groups["url"].Value });
        var (held, response) = await HoldRequestAsync(demo, nats);

        var asked = Stopwatch.GetTimestamp();
        stop();
        Assert.Equal(1001, await alice.ReceiveCloseAsync());
        await alice.CloseAsync();
        await Eventually.True(() => RefusesAsync(demo), "no new connections are taken");
        Assert.False(response.IsCompleted);

        await held.ReplyAsync(Encoding.UTF8.GetBytes("\"late\""), headers: new NatsHeaders { ["Content-Type"] = "application/json" });
        using var late = await response;
        Assert.Equal(HttpStatusCode.OK, late.StatusCode);
        Assert.Equal("\"late\"", await late.Content.ReadAsStringAsync());

        Assert.Equal(0, await demo.Process.WaitForExitAsync());
        var took = Stopwatch.GetElapsedTime(asked);
        output.WriteLine($"The demo ended within {took.TotalMilliseconds:0} ms.");
        Assert.InRange(took, TimeSpan.Zero, Limit);
        Assert.False(Processes.Exists(serverId), "The local nats-server is still there.");
    }

    /// <summary>Joins the demo's handlers as one more, and asks until a request comes here. It stays unanswered.</summary>
    private static async Task<(NatsMsg<byte[]> Request, Task<HttpResponseMessage> Response)> HoldRequestAsync(Demo demo, NatsConnection nats)
    {
        var subscription = await nats.SubscribeCoreAsync<byte[]>("demo.call.get.users.*", queueGroup: "natsrun.demo.call.get.users.*");
        await nats.PingAsync();
        var request = subscription.Msgs.ReadAsync().AsTask();
        while (true)
        {
            var response = demo.Http.GetAsync("/users/00000000000000000000");
            await Task.WhenAny(request, response);
            if (request.IsCompleted)
            {
                return (await request, response);
            }

            (await response).Dispose();
        }
    }

    private static async Task<bool> RefusesAsync(Demo demo)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(demo.Url.Host, demo.Url.Port);
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    [GeneratedRegex(@"\(process (?<id>\d+)\) listens on (?<url>nats://[0-9.:]+)")]
    private static partial Regex LocalServer();
}

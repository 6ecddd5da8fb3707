using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using NatsRun.Testing;

[assembly: AssemblyFixture(typeof(NatsServerFixture))]

namespace NatsRun.Gateway.Tests;

/// <summary>The program as it is started, in front of services that know nothing of it.</summary>
public sealed class GatewayProgramTests(NatsServerFixture nats)
{
    private ChildProcess Start(params string[] settings) => ChildProcess.Start(
        "dotnet",
        [Repository.Built("NatsRun.Gateway", "NatsRun.Gateway.dll"), "--urls", "http://127.0.0.1:0", "--NatsRun:Nats:Url", nats.Url, .. settings]);

    [Fact]
    public async Task Request_NoSettings_IsACallToAService()
    {
        await using var gateway = Start();
        using var client = new HttpClient { BaseAddress = await gateway.WaitForUrlAsync() };
        await using var connection = await nats.ConnectAsync();
        await using var service = await connection.SubscribeCoreAsync<string>("demo.call.get.hello.*");
        await connection.PingAsync();

        var response = client.GetAsync("/hello/world");
        var request = await service.Msgs.ReadAsync();
        await request.ReplyAsync("hi");

        Assert.Equal("demo.call.get.hello.world", request.Subject);
        Assert.Equal("hi", await (await response).Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/readyz")).StatusCode);
    }

    [Fact]
    public async Task Routes_FromConfiguration_AreServedInTheirModes()
    {
        await using var connection = await nats.ConnectAsync();
        var jetStream = new NatsJSContext(connection);
        var prefix = Unique.Name("gw");
        await jetStream.CreateStreamAsync(new StreamConfig(prefix, [prefix + ".http.>"]));
        await jetStream.CreateOrUpdateConsumerAsync(prefix, new ConsumerConfig("all"));
        await using var gateway = Start(
            "--NatsRun:Prefixes:Http", prefix + ".http", "--NatsRun:Prefixes:Call", prefix + ".call",
            "--NatsRun:Gateway:CatchAll", "false",
            "--NatsRun:Gateway:Routes:0:Method", "POST", "--NatsRun:Gateway:Routes:0:Template", "/orders", "--NatsRun:Gateway:Routes:0:Mode", "Queue",
            "--NatsRun:Gateway:Routes:1:Method", "PUT", "--NatsRun:Gateway:Routes:1:Template", "/log", "--NatsRun:Gateway:Routes:1:Mode", "Publish");
        using var client = new HttpClient { BaseAddress = await gateway.WaitForUrlAsync() };
        client.DefaultRequestHeaders.Add("Prefer", "respond-async");

        Assert.Equal(HttpStatusCode.Accepted, (await client.PostAsync("/orders", new StringContent("x"))).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await client.PutAsync("/log", new StringContent("x"))).StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await client.GetAsync("/orders")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/other")).StatusCode);
        Assert.Equal(1, (await jetStream.GetStreamAsync(prefix)).Info.State.Messages);
    }

    [Fact]
    public async Task Socket_Guest_JoinsARoomThatAnyPublisherReaches()
    {
        await using var gateway = Start("--NatsRun:Sessions:AllowGuests", "true");
        var url = await gateway.WaitForUrlAsync();
        await using var connection = await nats.ConnectAsync();
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{url.Port}/rooms/lobby/alice"), CancellationToken.None);

        await connection.PublishAsync("demo.rooms.lobby.alice.note", "for you");

        var buffer = new byte[100];
        var received = await socket.ReceiveAsync(buffer, CancellationToken.None);
        Assert.Equal("for you", Encoding.UTF8.GetString(buffer, 0, received.Count));
    }

    [Fact]
    public async Task Socket_WithTheSessionThatTheGatewayGave_IsLetIn()
    {
        await using var gateway = Start();
        var url = await gateway.WaitForUrlAsync();
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = url };
        var session = await client.GetAsync("/session");
        using var document = JsonDocument.Parse(await session.Content.ReadAsStringAsync());
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Cookie", session.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);

        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{url.Port}/rooms/lobby/{document.RootElement.GetProperty("clientId").GetString()}"), CancellationToken.None);

        Assert.Equal(WebSocketState.Open, socket.State);
    }

    [Fact]
    public async Task Start_UnusableSettings_AreAllReportedWithTheirKeys()
    {
        await using var gateway = Start(
            "--NatsRun:Gateway:Routes:0:Method", "get", "--NatsRun:Gateway:Routes:0:Template", "/a",
            "--NatsRun:Gateway:Routes:1:Template", "/{", "--NatsRun:Http:StoreAttempts", "0");

        Assert.NotEqual(0, await gateway.WaitForExitAsync());

        Assert.Contains("Routes:0:Method", gateway.Text);
        Assert.Contains("Routes:1:Template", gateway.Text);
        Assert.Contains("StoreAttempts", gateway.Text);
    }
}

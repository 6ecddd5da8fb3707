using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using NATS.Client.JetStream.Models;
using NatsRun.Testing;

namespace NatsRun.Tests.Connection;

/// <summary>The life of a host: with NATS, without it, and with NATS that comes late or goes away.</summary>
public sealed class NatsRunHostTests(NatsServerFixture shared)
{
    [Fact]
    public async Task Start_NatsIsThere_IsReadyWhenStartReturns()
    {
        await using var node = await Node.StartAsync(Node.At(shared.Url));

        Assert.True(node.Readiness.IsReady, node.Reasons);
        Assert.Equal(1, node.Said("Connected"));
    }

    [Fact]
    public async Task Start_NatsAbsent_IsUnreadySaysSoOnceAndRecovers()
    {
        var deeds = new Deeds();
        await using var server = await NatsServerFixture.StartAsync();
        await server.KillAsync();
        var watch = Stopwatch.StartNew();
        await using var node = await Node.StartAsync(Quick(server.Url), With(new RecordingComponent("one", deeds)));

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.Equal(["nats", "one", "requests", "topology", "work-queues"], node.Readiness.Unmet.Keys.Order());
        Assert.Equal("not connected: no server answers", node.Readiness.Unmet["nats"]);
        await Eventually.True(() => node.Log.Entries.Count(e => e.Message.Contains("Fail to connect")) > 10, "the client goes on trying");
        Assert.Equal(1, node.Said("StartingWithoutNats"));
        Assert.Equal(1, node.Log.Entries.Count(e => e.Message.Contains("Fail to connect") && e.Level > LogLevel.Debug));
        Assert.Empty(deeds.All);

        await server.RestartAsync();
        await node.BecomesReadyAsync();
        Assert.Equal(["one:start"], deeds.All);
        Assert.Equal(1, node.Said("Connected"));
    }

    [Fact]
    public async Task Disconnected_NatsComesBack_IsUnreadyMeanwhileAndSaysBothOnce()
    {
        await using var server = await NatsServerFixture.StartAsync();
        await using var node = await Node.StartAsync(Node.At(server.Url));

        for (var i = 1; i <= 2; i++)
        {
            await server.KillAsync();
            await Eventually.True(() => node.Readiness.Unmet.ContainsKey("nats"), "the loss is noticed");
            await Eventually.True(() => node.Log.Entries.Count(e => e.Message.Contains("Failed to connect")) > i * 4, "the client goes on trying");
            Assert.Equal(i, node.Said("Disconnected"));
            await server.RestartAsync();
            await node.BecomesReadyAsync();
            Assert.Equal(i + 1, node.Said("Connected"));
        }
    }

    [Fact]
    public async Task Components_TwoAndAReconnect_StartInOrderGoOnAndStopInReverse()
    {
        var deeds = new Deeds();
        await using var server = await NatsServerFixture.StartAsync();
        await using var node = await Node.StartAsync(Node.At(server.Url), With(new RecordingComponent("one", deeds), new RecordingComponent("two", deeds)));
        Assert.Equal(["one:start", "two:start"], deeds.All);

        await server.RestartAsync();
        await Eventually.Equal(1, () => deeds.Count("two:reconnected"), "components hear of a reconnect");
        await server.RestartAsync();
        await Eventually.Equal(2, () => deeds.Count("two:reconnected"), "and of the next");
        await node.StopAsync();

        Assert.Equal(
            ["one:start", "two:start", "one:reconnected", "two:reconnected", "one:reconnected", "two:reconnected", "two:stop", "one:stop"], deeds.All);
    }

    [Fact]
    public async Task Components_OneFailsTwice_IsTriedAgainBeforeTheNext()
    {
        var deeds = new Deeds();
        var failing = new RecordingComponent("one", deeds, attempt => attempt < 3 ? throw new InvalidOperationException("not yet") : Task.CompletedTask);
        await using var node = await Node.StartAsync(Node.At(shared.Url), With(failing, new RecordingComponent("two", deeds)));

        await node.BecomesReadyAsync();
        Assert.Equal(["one:start", "one:start", "one:start", "two:start"], deeds.All);
        Assert.Equal(1, node.Said("WillRetry"));
    }

    [Fact]
    public async Task Components_OneDoesNotStopCleanly_TheOthersStopNevertheless()
    {
        var deeds = new Deeds();
        var failing = new RecordingComponent("two", deeds, stopping: () => throw new InvalidOperationException("broken"));
        await using var node = await Node.StartAsync(Node.At(shared.Url), With(new RecordingComponent("one", deeds), failing));

        await node.StopAsync();

        Assert.Equal(["one:start", "two:start", "two:stop", "one:stop"], deeds.All);
        Assert.Equal(1, node.Said("StopFailed"));
    }

    [Fact]
    public async Task Start_ComponentRefuses_StopsTheStartAndWhatWasStarted()
    {
        var deeds = new Deeds();
        var refusing = new RecordingComponent("two", deeds, _ => throw new NatsRunStartException("no use"));

        var failure = await Assert.ThrowsAsync<NatsRunStartException>(
            () => Node.StartAsync(Node.At(shared.Url), With(new RecordingComponent("one", deeds), refusing)));

        Assert.Equal("no use", failure.Message);
        Assert.Equal(["one:start", "two:start", "one:stop"], deeds.All);
    }

    [Fact]
    public async Task Start_ComponentRefusesWhenNatsCameLate_StaysUnreadyWithTheReason()
    {
        var deeds = new Deeds();
        await using var server = await NatsServerFixture.StartAsync();
        await server.KillAsync();
        await using var node = await Node.StartAsync(Quick(server.Url), With(new RecordingComponent("one", deeds, _ => throw new NatsRunStartException("no use"))));

        await server.RestartAsync();

        await Eventually.Equal(1, () => node.Said("CannotStart"), "the operator is told that waiting does not help");
        Assert.Equal([new("one", "no use")], node.Readiness.Unmet);
    }

    /// <summary>Disposing a connection of the client library drops what it has taken and not yet written.</summary>
    [Fact]
    public async Task Stop_MessagesTakenAndNotYetWritten_Arrive()
    {
        await using var server = await NatsServerFixture.StartAsync();
        await using var listener = await server.ConnectAsync();
        await using var subscription = await listener.SubscribeCoreAsync<byte[]>("t.before");
        await listener.PingAsync();
        await using var node = await Node.StartAsync(Node.At(server.Url));

        server.Server.Pause();
        var published = await PublishUntilNothingMoreIsTakenAsync(node.Nats, "t.before");
        var stopping = node.StopAsync();
        await Assert.ThrowsAsync<TimeoutException>(() => stopping.WaitAsync(TimeSpan.FromMilliseconds(200)));
        server.Server.Resume();
        await stopping;

        for (var i = 0; i < published; i++)
        {
            await subscription.Msgs.ReadAsync().AsTask().WaitAsync(Eventually.DefaultTimeout);
        }
    }

    [Fact]
    public async Task Stop_ServerTakesNothing_DoesNotHang()
    {
        await using var server = await NatsServerFixture.StartAsync();
        await using var node = new Node(Node.At(server.Url));
        node.Host.MapRequest("t.request", _ => ValueTask.FromResult(Reply.NoContent()));
        await node.StartAsync();
        server.Server.Pause();
        await PublishUntilNothingMoreIsTakenAsync(node.Nats, "t.stuck");

        var watch = Stopwatch.StartNew();
        await node.StopAsync();

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(8));
        server.Server.Resume();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stop_NatsIsAway_DoesNotHang(bool wasThere)
    {
        await using var server = await NatsServerFixture.StartAsync();
        if (!wasThere)
        {
            await server.KillAsync();
        }

        await using var node = new Node(Quick(server.Url), nats => nats.Topology.AddStream(new StreamConfig("s", ["s.>"]) { Storage = StreamConfigStorage.Memory }));
        node.Host.MapRequest("t.request", _ => ValueTask.FromResult(Reply.NoContent()));
        node.Host.MapWorkQueue("s", "worker").Map("s.one", _ => ValueTask.FromResult(Reply.NoContent()));
        await node.StartAsync();
        await server.KillAsync();
        await Eventually.True(() => node.Readiness.Unmet.ContainsKey("nats"), "the loss is noticed");

        var watch = Stopwatch.StartNew();
        await node.StopAsync();

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task Stop_WithALocalServer_BothEndWithinFiveSeconds()
    {
        await using var node = new Node([], nats => nats.Topology.AddStream(new StreamConfig("s", ["s.>"])), builder => builder.AddLocalNatsServer());
        await node.StartAsync();
        Assert.True(node.Readiness.IsReady, node.Reasons);
        var port = node.Nats.ServerInfo!.Port;

        var watch = Stopwatch.StartNew();
        await node.StopAsync();

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        await Assert.ThrowsAnyAsync<SocketException>(() => new TcpClient().ConnectAsync(IPAddress.Loopback, port));
        Assert.Equal(0, node.Said("Disconnected"));
    }

    [Fact]
    public async Task Start_Cancelled_EndsAtOnce()
    {
        await using var server = await NatsServerFixture.StartAsync();
        await server.KillAsync();
        await using var node = new Node(Node.At(server.Url, ("ConnectTimeout", "00:01:00")));
        using var cancelled = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => node.Host.StartAsync(cancelled.Token)).WaitAsync(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Publish_AfterAReconnect_Arrives()
    {
        await using var server = await NatsServerFixture.StartAsync();
        await using var node = await Node.StartAsync(Node.At(server.Url));
        await using var subscription = await node.Nats.SubscribeCoreAsync<string>("t.after");

        await server.KillAsync();
        await Eventually.True(() => !node.Readiness.IsReady, "the loss is noticed");
        await server.RestartAsync();
        await node.BecomesReadyAsync();
        await node.Nats.PublishAsync("t.after", "hello");

        Assert.Equal("hello", (await subscription.Msgs.ReadAsync().AsTask().WaitAsync(Eventually.DefaultTimeout)).Data);
    }

    private static async Task<int> PublishUntilNothingMoreIsTakenAsync(INatsConnection nats, string subject)
    {
        var payload = new byte[100_000];
        for (var taken = 0; ; taken++)
        {
            try
            {
                await nats.PublishAsync(subject, payload).AsTask().WaitAsync(TimeSpan.FromMilliseconds(300));
            }
            catch (TimeoutException)
            {
                return taken;
            }
        }
    }

    /// <summary>Goes on sooner without NATS.</summary>
    private static Dictionary<string, string?> Quick(string url) => Node.At(url, ("ConnectTimeout", "00:00:00.5"));

    private static Action<NatsRunBuilder> With(params INatsRunComponent[] components) => nats =>
    {
        foreach (var component in components)
        {
            nats.Services.AddSingleton(component);
        }
    };
}

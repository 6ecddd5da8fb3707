using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using NatsRun.Testing;

namespace NatsRun.Tests;

public sealed class StreamTopologyTests(NatsServerFixture shared)
{
    private readonly string _name = Unique.Name();

    [Fact]
    public async Task Start_StreamMissing_IsCreatedAsDeclared()
    {
        await using var node = await StartAsync(Declared() with { MaxAge = TimeSpan.FromHours(1), MaxBytes = 1 << 20, Discard = StreamConfigDiscard.New });

        var config = (await node.JetStream.GetStreamAsync(_name)).Info.Config;
        Assert.Equal([_name + ".>"], config.Subjects!);
        Assert.Equal(TimeSpan.FromHours(1), config.MaxAge);
        Assert.Equal(1 << 20, config.MaxBytes);
        Assert.Equal(StreamConfigStorage.Memory, config.Storage);
        Assert.Equal(StreamConfigDiscard.New, config.Discard);
    }

    [Fact]
    public async Task Start_StreamDiffers_IsUpdatedAndKeepsItsMessages()
    {
        await using var before = await StartAsync(Declared() with { MaxAge = TimeSpan.FromHours(1) });
        await before.JetStream.PublishAsync(_name + ".one", "1");
        await using var node = await StartAsync(
            Declared() with { Subjects = [_name + ".>", _name + "-more"], MaxAge = TimeSpan.FromHours(2), MaxMsgs = 10, MaxBytes = 1 << 20 });

        var info = (await node.JetStream.GetStreamAsync(_name)).Info;
        Assert.Equal([_name + ".>", _name + "-more"], info.Config.Subjects!);
        Assert.Equal(TimeSpan.FromHours(2), info.Config.MaxAge);
        Assert.Equal((10, 1 << 20), (info.Config.MaxMsgs, info.Config.MaxBytes));
        Assert.Equal(1L, info.State.Messages);
    }

    [Fact]
    public async Task Start_AllIsAsDeclared_NothingIsTouched()
    {
        await using var listener = await shared.ConnectAsync();
        await using var advisories = await listener.SubscribeCoreAsync<string>($"$JS.EVENT.ADVISORY.*.*.{_name}.>");
        await using var streamAdvisories = await listener.SubscribeCoreAsync<string>($"$JS.EVENT.ADVISORY.*.*.{_name}");
        await listener.PingAsync();
        void Declare(NatsRunBuilder nats)
        {
            nats.Topology.AddStream(Declared());
            nats.Topology.AddConsumer(_name, new ConsumerConfig("worker") { FilterSubjects = [_name + ".a", _name + ".b"] });
        }

        await using var before = await Node.StartAsync(Node.At(shared.Url), Declare);
        Assert.Contains("stream_action", await NextAsync(streamAdvisories));
        Assert.Contains("consumer_action", await NextAsync(advisories));
        var created = (await before.JetStream.GetStreamAsync(_name)).Info.Created;
        await using var node = await Node.StartAsync(Node.At(shared.Url), Declare);

        Assert.Equal(created, (await node.JetStream.GetStreamAsync(_name)).Info.Created);
        await listener.PingAsync();
        Assert.False(streamAdvisories.Msgs.TryRead(out _), "no advisory of an update");
        Assert.False(advisories.Msgs.TryRead(out _), "no advisory of an update");
    }

    [Fact]
    public async Task Start_StreamOfNobody_IsLeftAlone()
    {
        await using var before = await StartAsync(Declared());
        await using var node = await Node.StartAsync(Node.At(shared.Url));

        Assert.Equal(_name, (await node.JetStream.GetStreamAsync(_name)).Info.Config.Name);
    }

    [Theory]
    [InlineData(StreamConfigStorage.File, StreamConfigRetention.Limits, "storage is declared as File and is Memory on the server")]
    [InlineData(StreamConfigStorage.Memory, StreamConfigRetention.Workqueue, "retention is declared as Workqueue and is Limits on the server")]
    public async Task Start_DifferenceThatNeedsDeletion_IsReportedWithBothSidesAndStopsTheStart(StreamConfigStorage storage, StreamConfigRetention retention, string difference)
    {
        await using var before = await StartAsync(Declared());

        var failure = await Assert.ThrowsAsync<TopologyException>(() => StartAsync(Declared() with { Storage = storage, Retention = retention }));

        Assert.StartsWith($"stream '{_name}' differs", failure.Message);
        Assert.Contains(difference, failure.Message);
        Assert.Equal(StreamConfigStorage.Memory, (await before.JetStream.GetStreamAsync(_name)).Info.Config.Storage);
    }

    [Fact]
    public async Task Start_SubjectsOverlapAnotherStreams_IsReportedWithBothAndStopsTheStart()
    {
        await using var before = await StartAsync(Declared());

        var failure = await Assert.ThrowsAsync<TopologyException>(
            () => StartAsync(Declared() with { Name = _name + "-2", Subjects = [_name + ".one", _name + "-2.>"] }));

        Assert.StartsWith($"stream '{_name}-2' cannot be had as declared: subjects overlap", failure.Message);
        Assert.Contains($"{_name}.one, {_name}-2.>", failure.Message);
        Assert.EndsWith($"'{_name}'.", failure.Message);
    }

    [Fact]
    public async Task Start_UpdateWouldOverlapAnotherStream_IsReportedAndStopsTheStart()
    {
        await using var other = await StartAsync(Declared());
        await using var before = await StartAsync(Declared() with { Name = _name + "-2", Subjects = [_name + "-2.>"] });

        var failure = await Assert.ThrowsAsync<TopologyException>(
            () => StartAsync(Declared() with { Name = _name + "-2", Subjects = [_name + "-2.>", _name + ".one"] }));

        Assert.Contains("10065", failure.Message);
        Assert.EndsWith($"'{_name}'.", failure.Message);
    }

    [Fact]
    public async Task Start_DuplicateWindowAboveMaxAge_IsReportedAndStopsTheStart()
    {
        var impossible = Declared() with { DuplicateWindow = TimeSpan.FromHours(2), MaxAge = TimeSpan.FromHours(1) };

        Assert.Contains("10052", (await Assert.ThrowsAsync<TopologyException>(() => StartAsync(impossible))).Message);
    }

    [Fact]
    public async Task Start_ReplicasOnASingleServer_IsReportedAndStopsTheStart() =>
        Assert.Contains("10074", (await Assert.ThrowsAsync<TopologyException>(() => StartAsync(Declared() with { NumReplicas = 3 }))).Message);

    [Fact]
    public async Task Start_NameThatNoStreamCanHave_IsReportedAndStopsTheStart()
    {
        var failure = await Assert.ThrowsAsync<TopologyException>(() => StartAsync(Declared() with { Name = "a.b" }));

        Assert.StartsWith("stream 'a.b' is not declared correctly", failure.Message);
    }

    [Fact]
    public async Task Start_NoJetStream_IsTriedAgainUntilItIsThere()
    {
        await using var server = await NatsServerFixture.StartAsync(WithoutJetStream);
        await using var node = await Node.StartAsync(Node.At(server.Url, ("ConnectTimeout", "00:00:00.2")), nats => nats.Topology.AddStream(Declared()));
        await Eventually.True(() => node.Said("WillRetry") > 0, "the topology is tried again");
        Assert.Equal(["requests", "topology", "work-queues"], node.Readiness.Unmet.Keys.Order());
        Assert.Contains("JetStream", node.Readiness.Unmet["topology"]);

        await server.RestartAsync(WithJetStream);

        await node.BecomesReadyAsync();
        Assert.InRange(node.Said("WillRetry"), 1, 3);
    }

    [Fact]
    public async Task Start_RefusedWhenNatsCameLate_StaysUnreadyWithTheReasonAndRecoversAfterTheNextReconnect()
    {
        await using var server = await NatsServerFixture.StartAsync();
        await using var admin = await server.ConnectAsync();
        await new NatsJSContext(admin).CreateStreamAsync(Declared() with { Name = "other", Storage = StreamConfigStorage.File });
        await server.KillAsync();
        await using var node = await Node.StartAsync(Node.At(server.Url, ("ConnectTimeout", "00:00:00.2")), nats => nats.Topology.AddStream(Declared()));

        await server.RestartAsync();
        await Eventually.Equal(1, () => node.Said("CannotStart"), "the operator is told");
        Assert.Contains("'other'", node.Readiness.Unmet["topology"]);

        await admin.ConnectAsync();
        await new NatsJSContext(admin).DeleteStreamAsync("other");
        await server.RestartAsync();
        await node.BecomesReadyAsync();
    }

    [Fact]
    public async Task Reconnect_ServerForgotItsMemory_StreamAndConsumerComeBack()
    {
        await using var server = await NatsServerFixture.StartAsync();
        await using var node = await Node.StartAsync(Node.At(server.Url), nats =>
        {
            nats.Topology.AddStream(Declared());
            nats.Topology.AddConsumer(_name, new ConsumerConfig("worker"));
        });
        await node.JetStream.PublishAsync(_name + ".one", "1");

        await server.KillAsync();
        await Eventually.True(() => node.Readiness.Unmet.ContainsKey("nats"), "the loss is noticed");
        await server.RestartAsync();
        await node.BecomesReadyAsync();

        Assert.Equal(1UL, (await node.JetStream.PublishAsync(_name + ".two", "2")).Seq);
        Assert.Equal("worker", (await node.JetStream.GetConsumerAsync(_name, "worker")).Info.Name);
    }

    /// <summary>What listens to the connection must not take a node for ready whose streams may be gone.</summary>
    [Fact]
    public async Task Reconnect_TopologyNotCheckedYet_IsUnready()
    {
        await using var server = await NatsServerFixture.StartAsync(WithJetStream);
        await using var node = await Node.StartAsync(Node.At(server.Url), nats => nats.Topology.AddStream(Declared()));
        var unmet = new TaskCompletionSource<string[]>();
        node.Nats.ConnectionOpened += (_, _) =>
        {
            unmet.TrySetResult([.. node.Readiness.Unmet.Keys]);
            return default;
        };

        await server.RestartAsync(WithoutJetStream);

        Assert.Equal(["topology"], await unmet.Task.WaitAsync(Eventually.DefaultTimeout));
    }

    private static string WithoutJetStream => "accounts { A { users: [ { user: a, password: a } ] } }\nno_auth_user: a";

    private static string WithJetStream => "accounts { A { jetstream: enabled, users: [ { user: a, password: a } ] } }\nno_auth_user: a";

    private StreamConfig Declared() => new(_name, [_name + ".>"]) { Storage = StreamConfigStorage.Memory };

    private Task<Node> StartAsync(StreamConfig config) => Node.StartAsync(Node.At(shared.Url), nats => nats.Topology.AddStream(config));

    private static async Task<string?> NextAsync(INatsSub<string> subscription) =>
        (await subscription.Msgs.ReadAsync().AsTask().WaitAsync(Eventually.DefaultTimeout)).Data;
}

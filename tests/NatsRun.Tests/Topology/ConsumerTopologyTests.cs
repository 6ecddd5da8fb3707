using NATS.Client.JetStream.Models;
using NatsRun.Testing;

namespace NatsRun.Tests;

public sealed class ConsumerTopologyTests(NatsServerFixture shared)
{
    private readonly string _stream = Unique.Name();

    [Fact]
    public async Task Start_ConsumerMissing_IsCreatedAsDeclared()
    {
        await using var node = await StartAsync(Worker("a", "b"));

        Assert.Equal([Subject("a"), Subject("b")], (await node.JetStream.GetConsumerAsync(_stream, "worker")).Info.Config.FilterSubjects!);
    }

    [Fact]
    public async Task Start_FiltersChanged_AreUpdatedAndTheConsumerKeepsItsPlace()
    {
        await using var before = await StartAsync(Worker("a", "b"));
        await using var node = await StartAsync(Worker("b", "c", "d"));

        var consumer = await node.JetStream.GetConsumerAsync(_stream, "worker");
        Assert.Equal([Subject("b"), Subject("c"), Subject("d")], consumer.Info.Config.FilterSubjects!);
        Assert.Equal((await before.JetStream.GetConsumerAsync(_stream, "worker")).Info.Created, consumer.Info.Created);
    }

    [Fact]
    public async Task Start_AckWaitChanged_IsUpdated()
    {
        await using var before = await StartAsync(Worker("a"));
        await using var node = await StartAsync(Worker("a") with { AckWait = TimeSpan.FromSeconds(77) });

        Assert.Equal(TimeSpan.FromSeconds(77), (await node.JetStream.GetConsumerAsync(_stream, "worker")).Info.Config.AckWait);
    }

    [Fact]
    public async Task Start_OverlapsAnotherConsumerOfAWorkQueue_IsReportedWithBothFiltersAndStopsTheStart()
    {
        await using var before = await StartAsync(Worker("a", "b"));

        var failure = await Assert.ThrowsAsync<TopologyException>(() => StartAsync(Worker("b", "c") with { DurableName = "second", Name = "second" }));

        Assert.StartsWith($"consumer 'second' of stream '{_stream}' cannot be had as declared", failure.Message);
        Assert.Contains("10100", failure.Message);
        Assert.Contains($"Its filters are {Subject("b")}, {Subject("c")}.", failure.Message);
        Assert.Contains($"'worker' ({Subject("a")}, {Subject("b")})", failure.Message);
    }

    [Fact]
    public async Task Start_OneFilterContainsAnother_IsReportedWithTheFiltersAndStopsTheStart()
    {
        var failure = await Assert.ThrowsAsync<TopologyException>(() => StartAsync(Worker("a.>", "a.b")));

        Assert.Contains("10138", failure.Message);
        Assert.Contains($"Its filters are {Subject("a.>")}, {Subject("a.b")}.", failure.Message);
    }

    [Fact]
    public async Task Start_DifferenceThatNeedsDeletion_IsReportedWithBothSidesAndStopsTheStart()
    {
        await using var before = await StartAsync(Worker("a"), StreamConfigRetention.Limits);

        var failure = await Assert.ThrowsAsync<TopologyException>(
            () => StartAsync(Worker("a") with { AckPolicy = ConsumerConfigAckPolicy.None, DeliverPolicy = ConsumerConfigDeliverPolicy.New }, StreamConfigRetention.Limits));

        Assert.Contains("ack policy is declared as None and is Explicit on the server", failure.Message);
        Assert.Contains("deliver policy is declared as New and is All on the server", failure.Message);
    }

    [Fact]
    public async Task Start_StreamOfAnotherApplicationMissing_IsTriedAgainUntilItIsThere()
    {
        await using var node = await Node.StartAsync(
            Node.At(shared.Url, ("ConnectTimeout", "00:00:00.2")), nats => nats.Topology.AddConsumer(_stream, Worker("a")));
        await Eventually.True(() => node.Readiness.Unmet.TryGetValue("topology", out var why) && why.Contains("stream not found"), "the stream is missed");

        await node.JetStream.CreateStreamAsync(Stream(StreamConfigRetention.Limits));

        await node.BecomesReadyAsync();
    }

    private string Subject(string end) => $"{_stream}.{end}";

    private StreamConfig Stream(StreamConfigRetention retention) =>
        new(_stream, [_stream + ".>"]) { Storage = StreamConfigStorage.Memory, Retention = retention };

    private ConsumerConfig Worker(params string[] ends) => new("worker") { FilterSubjects = [.. ends.Select(Subject)] };

    private Task<Node> StartAsync(ConsumerConfig consumer, StreamConfigRetention retention = StreamConfigRetention.Workqueue) =>
        Node.StartAsync(Node.At(shared.Url), nats =>
        {
            nats.Topology.AddStream(Stream(retention));
            nats.Topology.AddConsumer(_stream, consumer);
        });
}

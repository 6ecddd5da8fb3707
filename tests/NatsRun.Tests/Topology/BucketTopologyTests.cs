using NATS.Client.KeyValueStore;
using NatsRun.Testing;

namespace NatsRun.Tests;

public sealed class BucketTopologyTests(NatsServerFixture shared)
{
    private readonly string _bucket = Unique.Name();

    [Fact]
    public async Task Start_BucketMissing_IsCreatedAsDeclared()
    {
        await using var node = await StartAsync(Declared() with { History = 3 });

        var store = await StoreAsync(node);
        await store.PutAsync("key", "value");
        Assert.Equal(3, (await store.GetStatusAsync()).Info.Config.MaxMsgsPerSubject);
    }

    [Fact]
    public async Task Start_HistoryAndMaxAgeChanged_AreUpdatedAndValuesStay()
    {
        await using var before = await StartAsync(Declared() with { History = 1 });
        await (await StoreAsync(before)).PutAsync("key", "value");
        await using var node = await StartAsync(Declared() with { History = 5, MaxAge = TimeSpan.FromHours(3) });

        var store = await StoreAsync(node);
        var config = (await store.GetStatusAsync()).Info.Config;
        Assert.Equal((5, TimeSpan.FromHours(3)), (config.MaxMsgsPerSubject, config.MaxAge));
        Assert.Equal("value", (await store.GetEntryAsync<string>("key")).Value);
    }

    [Fact]
    public async Task Start_AsDeclared_IsNotUpdated()
    {
        await using var listener = await shared.ConnectAsync();
        await using var before = await StartAsync(Declared() with { LimitMarkerTTL = TimeSpan.FromSeconds(5), MaxAge = TimeSpan.FromMinutes(1) });
        await using var advisories = await listener.SubscribeCoreAsync<string>($"$JS.EVENT.ADVISORY.STREAM.*.KV_{_bucket}");
        await listener.PingAsync();
        await using var node = await StartAsync(Declared() with { LimitMarkerTTL = TimeSpan.FromSeconds(5), MaxAge = TimeSpan.FromMinutes(1) });

        await node.Nats.PingAsync();
        await listener.PingAsync();
        Assert.False(advisories.Msgs.TryRead(out _));
    }

    [Fact]
    public async Task Start_StorageDiffers_IsReportedWithBothSidesAndStopsTheStart()
    {
        await using var before = await StartAsync(Declared());

        var failure = await Assert.ThrowsAsync<TopologyException>(() => StartAsync(Declared() with { Storage = NatsKVStorageType.File }));

        Assert.StartsWith($"bucket '{_bucket}' differs", failure.Message);
        Assert.Contains("storage is declared as File and is Memory on the server", failure.Message);
    }

    [Fact]
    public async Task Start_ImpossibleBucket_IsReportedAndStopsTheStart()
    {
        var failure = await Assert.ThrowsAsync<TopologyException>(() => StartAsync(new NatsKVConfig("a.b")));

        Assert.StartsWith("bucket 'a.b' is not declared correctly", failure.Message);
    }

    private NatsKVConfig Declared() => new(_bucket) { Storage = NatsKVStorageType.Memory };

    private Task<Node> StartAsync(NatsKVConfig config) => Node.StartAsync(Node.At(shared.Url), nats => nats.Topology.AddBucket(config));

    private async Task<INatsKVStore> StoreAsync(Node node) => await new NatsKVContext(node.JetStream).GetStoreAsync(_bucket);
}

using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using NATS.Client.Core;
using NATS.Client.KeyValueStore;
using NATS.Net;
using NatsRun.Testing;

namespace NatsRun.AspNetCore.Tests.Sessions;

public class BucketWatchTests(NatsServerFixture nats)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Watch_EntryExpires_TellsOfItsRemoval()
    {
        await using var connection = await nats.ConnectAsync();
        var config = new NatsKVConfig(Unique.Name()) { MaxAge = TimeSpan.FromSeconds(1), LimitMarkerTTL = TimeSpan.FromMinutes(1) };
        var (store, reader, watch) = await WatchAsync(connection, config);
        await using var _ = watch;

        await store.PutAsync("key", "value", cancellationToken: Stop);

        await Eventually.True(() => reader.Changes.Count == 2, "the entry comes and goes");
        Assert.Equal([("key", NatsKVOperation.Put), ("key", NatsKVOperation.Purge)], reader.Changes);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3_000)]
    public async Task Restart_Entries_AreAllThereBeforeItReturns(int count)
    {
        await using var connection = await nats.ConnectAsync();
        var (store, reader, watch) = await WatchAsync(connection, new NatsKVConfig(Unique.Name()));
        await using var _ = watch;
        await Task.WhenAll(Enumerable.Range(0, count).Select(i => store.PutAsync($"key{i}", "value", cancellationToken: Stop).AsTask()));

        await watch.RestartAsync(Stop);

        Assert.Equal([0, count], reader.Loads);
    }

    [Fact]
    public async Task Restart_OnlyRemovedEntries_ReturnsToo()
    {
        await using var connection = await nats.ConnectAsync();
        var (store, reader, watch) = await WatchAsync(connection, new NatsKVConfig(Unique.Name()));
        await using var _ = watch;
        await store.PutAsync("key", "value", cancellationToken: Stop);
        await store.DeleteAsync("key", cancellationToken: Stop);

        await watch.RestartAsync(Stop);

        Assert.Equal(2, reader.Loads.Count);
    }

    [Fact]
    public async Task Changed_ReaderFails_StartsOverWithEverything()
    {
        await using var connection = await nats.ConnectAsync();
        var (store, reader, watch) = await WatchAsync(connection, new NatsKVConfig(Unique.Name()));
        await using var _ = watch;
        reader.Fail = true;

        await store.PutAsync("key", "value", cancellationToken: Stop);

        await Eventually.True(() => reader.Loads.Count == 2, "the watch starts over");
        Assert.Equal([0, 1], reader.Loads);
    }

    [Fact]
    public async Task Restart_NoSuchBucket_Throws()
    {
        await using var connection = await nats.ConnectAsync();
        await using var watch = new BucketWatch(
            connection.CreateKeyValueStoreContext(), Unique.Name(), new Reader(), TimeProvider.System, NullLogger.Instance);

        await Assert.ThrowsAnyAsync<NatsException>(() => watch.RestartAsync(Stop));
    }

    private static async Task<(INatsKVStore Store, Reader Reader, BucketWatch Watch)> WatchAsync(NatsConnection connection, NatsKVConfig config)
    {
        var buckets = connection.CreateKeyValueStoreContext();
        var store = await buckets.CreateStoreAsync(config, Stop);
        var reader = new Reader();
        var watch = new BucketWatch(buckets, config.Bucket, reader, TimeProvider.System, NullLogger.Instance);
        await watch.RestartAsync(Stop);
        return (store, reader, watch);
    }

    private sealed class Reader : IBucketReader
    {
        public ConcurrentQueue<int> Loads { get; } = new();

        public ConcurrentQueue<(string Key, NatsKVOperation Operation)> Changes { get; } = new();

        public bool Fail { get; set; }

        public Task LoadedAsync(IReadOnlyCollection<NatsKVEntry<string>> entries, INatsKVStore store, CancellationToken cancellationToken)
        {
            Fail = false;
            Loads.Enqueue(entries.Count);
            return Task.CompletedTask;
        }

        public Task ChangedAsync(NatsKVEntry<string> entry, INatsKVStore store, CancellationToken cancellationToken)
        {
            Changes.Enqueue((entry.Key, entry.Operation));
            return Fail ? throw new InvalidOperationException("broken") : Task.CompletedTask;
        }
    }
}

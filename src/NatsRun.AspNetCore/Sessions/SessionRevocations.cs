using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using NATS.Client.Core;
using NATS.Client.KeyValueStore;

namespace NatsRun.AspNetCore;

/// <summary>
/// The client ids whose sessions were revoked, on any node. They are kept in the bucket, and so here, a little longer than any of
/// their cookies could be valid. Thread-safe.
/// </summary>
internal sealed partial class SessionRevocations(
    INatsConnection connection,
    INatsKVContext buckets,
    IOptions<SessionOptions> options,
    TimeProvider time,
    ILogger<SessionRevocations> logger) : INatsRunComponent, IBucketReader
{
    /// <summary>A node that has not heard of a revocation yet may still renew the cookie: the revocation outlives that one too.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromDays(1);

    private static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _until = new(StringComparer.Ordinal);
    private ImmutableArray<Action<string>> _callbacks = [];
    private volatile bool _loaded;
    private BucketWatch? _watch;

    public static TimeSpan KeptFor(TimeSpan lifetime) => lifetime + Margin;

    /// <summary>Whether the bucket was read, so that what is not found is not revoked.</summary>
    public bool IsLoaded => _loaded;

    public string Name => "session-revocations";

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _watch ??= new BucketWatch(buckets, options.Value.RevocationBucket, this, time, logger);
        return _watch.RestartAsync(cancellationToken);
    }

    public Task ReconnectedAsync(CancellationToken cancellationToken) => _watch!.RestartAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => _watch!.DisposeAsync().AsTask();

    public bool Contains(string clientId) => _until.ContainsKey(clientId);

    /// <summary>Registers a callback for each client id that is revoked from now on. It must be quick.</summary>
    public IDisposable OnRevoked(Action<string> callback)
    {
        ImmutableInterlocked.Update(ref _callbacks, callbacks => callbacks.Add(callback));
        return new Registration(this, callback);
    }

    /// <summary>Writes the revocation into the bucket and waits until it is there.</summary>
    public async Task AddAsync(string clientId, CancellationToken cancellationToken)
    {
        // While the connection is down, what is sent would wait until it is cancelled.
        if (connection.ConnectionState != NatsConnectionState.Open)
        {
            throw new NatsException("NATS is unreachable: the session was not revoked.");
        }

        using var timeout = new CancellationTokenSource(WriteTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            var store = await buckets.GetStoreAsync(options.Value.RevocationBucket, either.Token);
            await store.PutAsync(clientId, "", NatsUtf8PrimitivesSerializer<string>.Default, either.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new NatsException("NATS did not answer in time: it is unknown whether the session was revoked. Revoking it again does no harm.", e);
        }

        Add(clientId, time.GetUtcNow());
    }

    public Task LoadedAsync(IReadOnlyCollection<NatsKVEntry<string>> entries, INatsKVStore store, CancellationToken cancellationToken)
    {
        Forget();
        foreach (var entry in entries)
        {
            Apply(entry);
        }

        _loaded = true;
        return Task.CompletedTask;
    }

    public Task ChangedAsync(NatsKVEntry<string> entry, INatsKVStore store, CancellationToken cancellationToken)
    {
        Apply(entry);
        return Task.CompletedTask;
    }

    private void Apply(NatsKVEntry<string> entry)
    {
        if (entry.Operation is NatsKVOperation.Put)
        {
            Add(entry.Key, entry.Created);
        }
        else
        {
            // Its time is over, or somebody took the revocation back.
            _until.TryRemove(entry.Key, out _);
        }
    }

    private void Add(string clientId, DateTimeOffset revokedAt)
    {
        if (!_until.TryAdd(clientId, revokedAt + KeptFor(options.Value.Lifetime)))
        {
            return;
        }

        foreach (var callback in _callbacks)
        {
            try
            {
                callback(clientId);
            }
            catch (Exception e)
            {
                Log.CallbackFailed(logger, e, clientId);
            }
        }
    }

    /// <summary>Drops what expired while the watch did not run. The rest stays even if the bucket has lost it.</summary>
    private void Forget()
    {
        var now = time.GetUtcNow();
        foreach (var (clientId, until) in _until)
        {
            if (until <= now)
            {
                _until.TryRemove(clientId, out _);
            }
        }
    }

    private sealed class Registration(SessionRevocations owner, Action<string> callback) : IDisposable
    {
        public void Dispose() => ImmutableInterlocked.Update(ref owner._callbacks, callbacks => callbacks.Remove(callback));
    }

    private static partial class Log
    {
        [LoggerMessage(721, LogLevel.Error, "Ending what belongs to the revoked session {ClientId} failed")]
        public static partial void CallbackFailed(ILogger logger, Exception exception, string clientId);
    }
}

using System.Xml;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using NATS.Client.Core;
using NATS.Client.KeyValueStore;

namespace NatsRun.AspNetCore;

/// <summary>
/// The keys of all nodes, in a bucket. Keys follow one another: each has one place in the bucket for its successor, and creating
/// an entry succeeds once, so nodes that make a key at the same time end up with the same one. A key is in the bucket before
/// anything is encrypted with it.
/// </summary>
internal sealed partial class SessionKeys(
    INatsKVContext buckets,
    IOptions<SessionOptions> options,
    TimeProvider time,
    ILoggerFactory loggers,
    Readiness readiness) : INatsRunComponent, IBucketReader
{
    private const string FirstSlot = "first";
    private static readonly TimeSpan KeyLifetime = TimeSpan.FromDays(90);

    /// <summary>A successor is made this long before a key ends, so that nodes without NATS in these days know it in time.</summary>
    private static readonly TimeSpan SuccessorLead = TimeSpan.FromDays(7);

    /// <summary>A key that others do not know yet is used only after this time, as long as there is any other, even one that has ended.</summary>
    private static readonly TimeSpan ActivationDelay = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan CheckInterval = TimeSpan.FromHours(1);
    private static readonly TimeSpan CheckTimeout = TimeSpan.FromSeconds(10);

    private readonly ILogger _logger = loggers.CreateLogger<SessionKeys>();
    private readonly Dictionary<string, string> _elements = new(StringComparer.Ordinal);
    private readonly Lazy<SessionCertificates> _certificates = new(() => SessionCertificates.Load(options.Value), LazyThreadSafetyMode.PublicationOnly);
    private bool _isPublished;
    private volatile SessionKeyRing? _current;
    private volatile INatsKVStore? _store;
    private BucketWatch? _watch;
    private ITimer? _timer;

    /// <summary>The ring with all known keys, or <see langword="null"/> until they are loaded.</summary>
    public SessionKeyRing? Current => _current;

    public string Name => "session-keys";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _watch ??= new BucketWatch(buckets, options.Value.KeyBucket, this, time, _logger);
        await _watch.RestartAsync(cancellationToken);
        _timer ??= time.CreateTimer(_ => _ = CheckAsync(), null, CheckInterval, CheckInterval);
    }

    public Task ReconnectedAsync(CancellationToken cancellationToken) => _watch!.RestartAsync(cancellationToken);

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _timer!.DisposeAsync();
        await _watch!.DisposeAsync();
    }

    public async Task LoadedAsync(IReadOnlyCollection<NatsKVEntry<string>> entries, INatsKVStore store, CancellationToken cancellationToken)
    {
        _store = store;
        var before = _elements.ToArray();
        _elements.Clear();
        foreach (var entry in entries)
        {
            Apply(entry);
        }

        // A reconnect that brings nothing new leaves the ring, and the tickets it has verified, as they are.
        if (!_isPublished || !_elements.OrderBy(e => e.Key, StringComparer.Ordinal).SequenceEqual(before.OrderBy(e => e.Key, StringComparer.Ordinal)))
        {
            await PublishAsync(store, cancellationToken);
        }
    }

    public Task ChangedAsync(NatsKVEntry<string> entry, INatsKVStore store, CancellationToken cancellationToken) =>
        Apply(entry) ? PublishAsync(store, cancellationToken) : Task.CompletedTask;

    /// <summary>Whether the entry says something new.</summary>
    private bool Apply(NatsKVEntry<string> entry)
    {
        if (entry.Operation is not NatsKVOperation.Put)
        {
            return _elements.Remove(entry.Key);
        }

        if (!IsXml(entry.Value))
        {
            Log.NotAKey(_logger, entry.Key, entry.Bucket);
            return false;
        }

        var isNew = !_elements.TryGetValue(entry.Key, out var known) || known != entry.Value;
        _elements[entry.Key] = entry.Value!;
        return isNew;
    }

    private static bool IsXml(string? text)
    {
        try
        {
            return text is not null && XElement.Parse(text) is not null;
        }
        catch (XmlException)
        {
            return false;
        }
    }

    private async Task PublishAsync(INatsKVStore store, CancellationToken cancellationToken)
    {
        _isPublished = false;
        try
        {
            var keys = Read();
            if (keys.All(key => key.IsRevoked))
            {
                // Keys that were withdrawn must not be used any longer, even if there is no other.
                _current = null;
                var (slot, element) = await CreateKeyAsync(keys, store, cancellationToken);
                _elements[slot] = element;
                keys = Read();
            }

            _current = SessionKeyRing.Create(keys, time.GetUtcNow(), loggers);
            _isPublished = true;
            readiness.Met(Name);
            await CreateSuccessorAsync(keys, store, cancellationToken);
        }
        catch (NatsRunStartException e)
        {
            _current = null;
            readiness.NotMet(Name, e.Message);
            throw;
        }
    }

    private IReadOnlyCollection<IKey> Read() => SessionKeyXml.Read(_elements.Values, _certificates.Value, loggers);

    private async Task CheckAsync()
    {
        try
        {
            using var timeout = new CancellationTokenSource(CheckTimeout, time);
            if (_current is { } ring && _store is { } store)
            {
                if (ring.IsOutdated(time.GetUtcNow(), loggers))
                {
                    // If the watch has replaced the ring meanwhile, its ring is the newer one.
                    Interlocked.CompareExchange(ref _current, SessionKeyRing.Create(ring.Keys, time.GetUtcNow(), loggers), ring);
                }

                await CreateSuccessorAsync(ring.Keys, store, timeout.Token);
            }
        }
        catch (Exception e)
        {
            Log.NoSuccessor(_logger, e.Message);
        }
    }

    /// <summary>Creates the next key when it is time. The watch brings it back, here as on every other node.</summary>
    private async Task CreateSuccessorAsync(IReadOnlyCollection<IKey> keys, INatsKVStore store, CancellationToken cancellationToken)
    {
        var end = keys.Where(key => !key.IsRevoked).Max(key => key.ExpirationDate);
        if (end - time.GetUtcNow() <= SuccessorLead)
        {
            await CreateKeyAsync(keys, store, cancellationToken);
        }
    }

    /// <summary>Creates the key that follows these, or finds the one that another node has created meanwhile.</summary>
    private async Task<(string Slot, string Element)> CreateKeyAsync(IReadOnlyCollection<IKey> keys, INatsKVStore store, CancellationToken cancellationToken)
    {
        var last = keys.OrderBy(key => key.CreationDate).ThenBy(key => key.KeyId).LastOrDefault();
        var slot = last is null ? FirstSlot : $"after-{last.KeyId:N}";
        var now = time.GetUtcNow();
        var end = keys.Where(key => !key.IsRevoked).Max(key => (DateTimeOffset?)key.ExpirationDate);
        var activation = end is null ? now : end > now + ActivationDelay ? end.Value : now + ActivationDelay;
        var element = SessionKeyXml.Create(activation, now + KeyLifetime, _certificates.Value, loggers);
        var created = await store.TryCreateAsync(slot, element, NatsUtf8PrimitivesSerializer<string>.Default, cancellationToken);
        if (created.Success)
        {
            Log.Created(_logger, slot, activation);
            return (slot, element);
        }

        if (created.Error is not (NatsKVCreateException or NatsKVWrongLastRevisionException))
        {
            throw created.Error;
        }

        var winner = await store.GetEntryAsync(slot, serializer: NatsUtf8PrimitivesSerializer<string>.Default, cancellationToken: cancellationToken);
        return IsXml(winner.Value) ? (slot, winner.Value!) : throw new NatsRunStartException(
            $"The entry '{slot}' of bucket '{options.Value.KeyBucket}' is no key and is in the place of one: delete it.");
    }

    private static partial class Log
    {
        [LoggerMessage(711, LogLevel.Information, "Created a key for session cookies in the entry '{Slot}', to be used from {Activation:O}")]
        public static partial void Created(ILogger logger, string slot, DateTimeOffset activation);

        [LoggerMessage(712, LogLevel.Warning, "The entry {Entry} of bucket {Bucket} is no key and is not used")]
        public static partial void NotAKey(ILogger logger, string entry, string bucket);

        [LoggerMessage(713, LogLevel.Warning, "The next session key could not be created, trying again later: {Reason}")]
        public static partial void NoSuccessor(ILogger logger, string reason);
    }
}

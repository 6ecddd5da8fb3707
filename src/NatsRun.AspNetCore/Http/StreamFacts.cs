using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace NatsRun.AspNetCore;

/// <summary>What the gateway knows of the streams behind its queue routes, and whether they still have what they acknowledged.</summary>
internal sealed class StreamFacts
{
    private readonly ConcurrentDictionary<string, (TimeSpan MaxAge, DateTimeOffset Created)> _facts = new(StringComparer.Ordinal);
    private readonly INatsJSContext _jetStream;
    private readonly TimeSpan _timeout;
    private int _losses;

    public StreamFacts(INatsJSContext jetStream, IOptions<GatewayOptions> options)
    {
        _jetStream = jetStream;
        _timeout = options.Value.StoreTimeout;
        jetStream.Connection.ConnectionDisconnected += (_, _) =>
        {
            Interlocked.Increment(ref _losses);
            return default;
        };
    }

    /// <summary>Notes a stream as the queue routes were checked.</summary>
    public void Set(StreamInfo stream) => _facts[stream.Config.Name!] = (stream.Config.MaxAge, stream.Created);

    /// <summary>The stream's max age; null when it keeps messages without an end or is not known.</summary>
    public TimeSpan? MaxAgeOf(string stream) => _facts.TryGetValue(stream, out var facts) && facts.MaxAge > TimeSpan.Zero ? facts.MaxAge : null;

    /// <summary>Taken when a message was stored: what <see cref="IsKeptAsync"/> compares with later.</summary>
    public Receipt Note(string stream, ulong sequence) =>
        new(stream, sequence, Volatile.Read(ref _losses), _facts.TryGetValue(stream, out var facts) ? facts.Created : null);

    /// <summary>
    /// Whether the stream still has, or had handled, what it acknowledged. Without a lost connection in between it does; after one the
    /// server may be another, and a stream in memory is gone with its server.
    /// </summary>
    public async ValueTask<bool> IsKeptAsync(Receipt receipt)
    {
        var connection = _jetStream.Connection;
        if (connection.ConnectionState == NatsConnectionState.Open && receipt.Losses == Volatile.Read(ref _losses))
        {
            return true;
        }

        using var timeout = new CancellationTokenSource(_timeout);
        try
        {
            var info = (await _jetStream.GetStreamAsync(receipt.Stream, cancellationToken: timeout.Token)).Info;
            return info.State.LastSeq >= receipt.Sequence && (receipt.Created is null || receipt.Created == info.Created);
        }
        catch (Exception e) when (e is NatsException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Which message was stored in which stream, and how often the connection had been lost by then.</summary>
    internal readonly record struct Receipt(string Stream, ulong Sequence, int Losses, DateTimeOffset? Created);
}

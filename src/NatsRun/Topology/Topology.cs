using Microsoft.Extensions.Logging;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using NATS.Client.KeyValueStore;

namespace NatsRun;

/// <summary>
/// The streams, buckets and consumers that the application declares. They are brought about at start-up and after every
/// reconnect, since memory storage forgets with its server. Nothing is ever deleted. Declare before the host starts.
/// </summary>
public sealed partial class Topology
{
    private readonly List<StreamDeclaration> _streams = [];
    private readonly List<BucketDeclaration> _buckets = [];
    private readonly List<ConsumerDeclaration> _consumers = [];

    /// <summary>Declares a stream.</summary>
    /// <param name="config">Its configuration, with a name.</param>
    public void AddStream(StreamConfig config)
    {
        ArgumentException.ThrowIfNullOrEmpty(config?.Name, nameof(config));
        _streams.Add(new StreamDeclaration(config));
    }

    /// <summary>Declares a key-value bucket.</summary>
    /// <param name="config">Its configuration.</param>
    public void AddBucket(NatsKVConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        _buckets.Add(new BucketDeclaration(config));
    }

    /// <summary>Declares a durable consumer.</summary>
    /// <param name="stream">The stream's name.</param>
    /// <param name="config">Its configuration, with a durable name.</param>
    public void AddConsumer(string stream, ConsumerConfig config)
    {
        ArgumentException.ThrowIfNullOrEmpty(stream);
        ArgumentException.ThrowIfNullOrEmpty(config?.DurableName, nameof(config));
        _consumers.Add(new ConsumerDeclaration(stream, config));
    }

    internal IEnumerable<ConsumerConfig> ConsumersOf(string stream) =>
        _consumers.Where(c => c.Stream == stream).Select(c => c.Config);

    internal async Task ReconcileAsync(INatsJSContext jetStream, ILogger logger, CancellationToken cancellationToken)
    {
        foreach (var declaration in _streams.Concat<Declaration>(_buckets).Concat(_consumers))
        {
            await declaration.ReconcileAsync(jetStream, cancellationToken);
            Log.InPlace(logger, declaration.Name);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(201, LogLevel.Debug, "{Declaration} is in place")]
        public static partial void InPlace(ILogger logger, string declaration);
    }
}

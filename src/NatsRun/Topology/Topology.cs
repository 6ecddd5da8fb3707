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
        AddConsumer(stream, config.DurableName, () => config);
    }

    internal void AddConsumer(string stream, string consumer, Func<ConsumerConfig> config) =>
        _consumers.Add(new ConsumerDeclaration(stream, consumer, config));

    /// <summary>The subjects of a declared stream; null when it is not declared here.</summary>
    internal IEnumerable<string>? SubjectsOf(string stream) => _streams.FirstOrDefault(s => s.Config.Name == stream)?.Config.Subjects;

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

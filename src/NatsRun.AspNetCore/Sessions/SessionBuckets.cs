using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using NATS.Client.KeyValueStore;

namespace NatsRun.AspNetCore;

/// <summary>Declares the two buckets once the options are known to be valid, and before the connection is used.</summary>
internal sealed class SessionBuckets(Topology topology, IOptions<SessionOptions> options) : IHostedLifecycleService
{
    /// <summary>How long watchers can see that a revocation has expired.</summary>
    private static readonly TimeSpan MarkerLifetime = TimeSpan.FromHours(1);

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        var settings = options.Value;
        topology.AddBucket(new NatsKVConfig(settings.KeyBucket)
        {
            Description = "Keys of the clients' sessions",
            Storage = NatsKVStorageType.File,
            NumberOfReplicas = settings.Replicas,
        });
        topology.AddBucket(new NatsKVConfig(settings.RevocationBucket)
        {
            Description = "Revoked sessions by client id",
            Storage = NatsKVStorageType.File,
            NumberOfReplicas = settings.Replicas,
            MaxAge = SessionRevocations.KeptFor(settings.Lifetime),
            LimitMarkerTTL = MarkerLifetime,
        });
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

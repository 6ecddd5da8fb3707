using NATS.Client.JetStream.Models;
using NATS.Client.KeyValueStore;
using NatsRun;

namespace Chat;

/// <summary>What users need on the NATS server.</summary>
internal static class UserTopology
{
    public const string Bucket = "users";
    public const string EventPrefix = "demo.users";

    public static void Declare(Topology topology)
    {
        // Requests on their way to a handler. Memory forgets with its server: use file storage where that matters.
        topology.AddStream(new StreamConfig("users", ["demo.http.>"])
        {
            Retention = StreamConfigRetention.Workqueue,
            Storage = StreamConfigStorage.Memory,
            Discard = StreamConfigDiscard.New,
            MaxAge = TimeSpan.FromHours(24),
            MaxBytes = 64 * 1024 * 1024,
            MaxMsgs = -1,
        });
        topology.AddStream(new StreamConfig("user-events", [EventPrefix + ".>"])
        {
            MaxAge = TimeSpan.FromDays(7),
            MaxBytes = 64 * 1024 * 1024,
            MaxMsgs = -1,
        });
        topology.AddBucket(new NatsKVConfig(Bucket) { MaxBytes = 64 * 1024 * 1024 });
    }
}

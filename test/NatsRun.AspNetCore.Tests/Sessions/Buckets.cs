using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.KeyValueStore;
using NATS.Net;

namespace NatsRun.AspNetCore.Tests.Sessions;

/// <summary>Looks into the sessions' buckets, as an operator would.</summary>
internal static class Buckets
{
    public static async Task<(ulong Keys, ulong Revocations)> LastSequencesAsync(NatsConnection connection, SessionNames names)
    {
        var jetStream = connection.CreateJetStreamContext();
        var keys = await jetStream.GetStreamAsync("KV_" + names.Keys);
        var revocations = await jetStream.GetStreamAsync("KV_" + names.Revocations);
        return ((ulong)keys.Info.State.LastSeq, (ulong)revocations.Info.State.LastSeq);
    }

    public static async Task<INatsKVStore> OpenAsync(NatsConnection connection, string bucket) =>
        await connection.CreateKeyValueStoreContext().GetStoreAsync(bucket);

    public static async Task<Dictionary<string, string>> ReadAsync(NatsConnection connection, string bucket)
    {
        var store = await OpenAsync(connection, bucket);
        var entries = new Dictionary<string, string>();
        await foreach (var key in store.GetKeysAsync())
        {
            entries[key] = (await store.GetEntryAsync<string>(key)).Value!;
        }

        return entries;
    }
}

using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using NATS.Client.KeyValueStore;

namespace NatsRun;

/// <summary>Something that must exist on the server: created when missing, updated when it differs, never deleted.</summary>
internal abstract record Declaration(string Name)
{
    private const int StreamNameInUse = 10058;

    public abstract Task ReconcileAsync(INatsJSContext jetStream, CancellationToken cancellationToken);

    /// <summary>Creates, or updates what exists with other settings. The server compares: creating the same thing twice succeeds.</summary>
    protected async Task CreateOrUpdateAsync(Func<Task> create, Func<Task> update)
    {
        try
        {
            await create();
        }
        catch (NatsJSApiException e) when (e.Error.ErrCode == StreamNameInUse)
        {
            try
            {
                await update();
            }
            catch (NatsJSApiException refusal) when (refusal.Error.Code == 400 || refusal.Error.Code == 500)
            {
                throw new TopologyException($"{Name} exists with settings that the server does not change to the declared ones: {refusal.Error.Description}", refusal);
            }
        }
    }
}

internal sealed record StreamDeclaration(StreamConfig Config) : Declaration($"stream '{Config.Name}'")
{
    public override Task ReconcileAsync(INatsJSContext jetStream, CancellationToken cancellationToken) => CreateOrUpdateAsync(
        async () => await jetStream.CreateStreamAsync(Config, cancellationToken),
        async () =>
        {
            var existing = await jetStream.GetStreamAsync(Config.Name!, cancellationToken: cancellationToken);
            RefuseRecreation(existing.Info.Config);
            await jetStream.UpdateStreamAsync(Config, cancellationToken);
        });

    private void RefuseRecreation(StreamConfig existing)
    {
        var differences = new List<string>();
        Compare(differences, "storage", Config.Storage, existing.Storage);
        Compare(differences, "retention", Config.Retention, existing.Retention);
        if (differences.Count > 0)
        {
            throw new TopologyException($"{Name} differs in what only deleting it could change: {string.Join("; ", differences)}. Delete it yourself, or change the declaration.");
        }
    }

    private static void Compare<T>(List<string> differences, string setting, T declared, T existing)
        where T : struct, Enum
    {
        if (!EqualityComparer<T>.Default.Equals(declared, existing))
        {
            differences.Add($"{setting} is declared as {declared} and is {existing} on the server");
        }
    }
}

internal sealed record BucketDeclaration(NatsKVConfig Config) : Declaration($"bucket '{Config.Bucket}'")
{
    public override Task ReconcileAsync(INatsJSContext jetStream, CancellationToken cancellationToken)
    {
        var buckets = new NatsKVContext(jetStream);
        return CreateOrUpdateAsync(
            async () => await buckets.CreateStoreAsync(Config, cancellationToken),
            async () => await buckets.UpdateStoreAsync(Config, cancellationToken));
    }
}

/// <summary>A consumer. Its configuration is asked for when it is needed: what it filters may still be added to until the start.</summary>
internal sealed record ConsumerDeclaration(string Stream, string Consumer, Func<ConsumerConfig> Config) : Declaration($"consumer '{Consumer}' of stream '{Stream}'")
{
    public override async Task ReconcileAsync(INatsJSContext jetStream, CancellationToken cancellationToken)
    {
        var config = Config();
        try
        {
            await jetStream.CreateOrUpdateConsumerAsync(Stream, config, cancellationToken);
        }
        catch (NatsJSApiException e) when (e.Error.Code == 400)
        {
            throw new TopologyException($"{Name} cannot be created or changed as declared (filters {string.Join(", ", config.FilterSubjects ?? [])}): {e.Error.Description}", e);
        }
    }
}

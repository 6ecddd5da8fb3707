using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using NATS.Client.KeyValueStore;

namespace NatsRun;

/// <summary>Something that must exist on the server: created when missing, updated when it differs, never deleted.</summary>
internal abstract record Declaration(string Name)
{
    /// <exception cref="TopologyException">The server has something else, or refuses for good. Other failures may pass.</exception>
    public async Task ReconcileAsync(INatsJSContext jetStream, CancellationToken cancellationToken)
    {
        try
        {
            await BringAboutAsync(jetStream, cancellationToken);
        }
        catch (NatsJSApiException e) when (Refusal.IsFinal(e.Error))
        {
            var detail = await DetailAsync(jetStream, e.Error, cancellationToken);
            throw new TopologyException($"{Name} cannot be had as declared: {e.Error.Description} (error {e.Error.ErrCode}). {detail}", e);
        }
        catch (Exception e) when (e is ArgumentException or NatsKVException)
        {
            throw new TopologyException($"{Name} is not declared correctly: {e.Message}", e);
        }
    }

    protected abstract Task BringAboutAsync(INatsJSContext jetStream, CancellationToken cancellationToken);

    /// <summary>What an operator needs to know beside the server's refusal.</summary>
    protected abstract ValueTask<string> DetailAsync(INatsJSContext jetStream, ApiError error, CancellationToken cancellationToken);

    /// <summary>The server compares: creating the same thing twice succeeds and changes nothing.</summary>
    protected static async Task CreateOrUpdateAsync(Func<Task> create, Func<Task> update)
    {
        try
        {
            await create();
        }
        catch (NatsJSApiException e) when (e.Error.ErrCode == Refusal.StreamNameInUse)
        {
            await update();
        }
    }
}

internal sealed record StreamDeclaration(StreamConfig Config) : Declaration($"stream '{Config.Name}'")
{
    protected override Task BringAboutAsync(INatsJSContext jetStream, CancellationToken cancellationToken) => CreateOrUpdateAsync(
        async () => await jetStream.CreateStreamAsync(Config, cancellationToken),
        async () =>
        {
            var existing = (await jetStream.GetStreamAsync(Config.Name!, cancellationToken: cancellationToken)).Info.Config;
            new Differences(Name).Compare("storage", Config.Storage, existing.Storage).Compare("retention", Config.Retention, existing.Retention).ThrowIfAny();
            await jetStream.UpdateStreamAsync(Config, cancellationToken);
        });

    protected override async ValueTask<string> DetailAsync(INatsJSContext jetStream, ApiError error, CancellationToken cancellationToken)
    {
        var detail = $"Its subjects are {string.Join(", ", Config.Subjects ?? [])}.";
        if (error.ErrCode == Refusal.SubjectsOverlap)
        {
            detail += $" Streams that have some of them: {string.Join(", ", await OverlappingAsync(jetStream, cancellationToken))}.";
        }

        return detail;
    }

    private async Task<IEnumerable<string>> OverlappingAsync(INatsJSContext jetStream, CancellationToken cancellationToken)
    {
        var streams = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var subject in Config.Subjects ?? [])
        {
            await foreach (var stream in jetStream.ListStreamNamesAsync(subject, cancellationToken))
            {
                streams.Add($"'{stream}'");
            }
        }

        streams.Remove($"'{Config.Name}'");
        return streams;
    }
}

internal sealed record BucketDeclaration(NatsKVConfig Config) : Declaration($"bucket '{Config.Bucket}'")
{
    private const string StreamPrefix = "KV_";

    protected override Task BringAboutAsync(INatsJSContext jetStream, CancellationToken cancellationToken)
    {
        var buckets = new NatsKVContext(jetStream);
        return CreateOrUpdateAsync(
            async () => await buckets.CreateStoreAsync(Config, cancellationToken),
            async () =>
            {
                var existing = (await jetStream.GetStreamAsync(StreamPrefix + Config.Bucket, cancellationToken: cancellationToken)).Info.Config;
                new Differences(Name).Compare("storage", Config.Storage, existing.Storage == StreamConfigStorage.Memory ? NatsKVStorageType.Memory : NatsKVStorageType.File).ThrowIfAny();
                await buckets.UpdateStoreAsync(Config, cancellationToken);
            });
    }

    protected override ValueTask<string> DetailAsync(INatsJSContext jetStream, ApiError error, CancellationToken cancellationToken) =>
        ValueTask.FromResult($"Its stream is '{StreamPrefix}{Config.Bucket}'.");
}

/// <summary>A consumer. Its configuration is asked for when it is needed: what it filters may still be added to until the start.</summary>
internal sealed record ConsumerDeclaration(string Stream, string Consumer, Func<ConsumerConfig> Config) : Declaration($"consumer '{Consumer}' of stream '{Stream}'")
{
    protected override async Task BringAboutAsync(INatsJSContext jetStream, CancellationToken cancellationToken)
    {
        var config = Config();
        try
        {
            await jetStream.CreateOrUpdateConsumerAsync(Stream, config, cancellationToken);
        }
        catch (NatsJSApiException e) when (e.Error.ErrCode == Refusal.ConsumerRefused)
        {
            // Said of settings that never change and of failures to store; the first are told by comparing.
            var existing = (await jetStream.GetConsumerAsync(Stream, Consumer, cancellationToken)).Info.Config;
            new Differences(Name)
                .Compare("ack policy", config.AckPolicy, existing.AckPolicy)
                .Compare("deliver policy", config.DeliverPolicy, existing.DeliverPolicy)
                .Compare("replay policy", config.ReplayPolicy, existing.ReplayPolicy)
                .Compare("memory storage", config.MemStorage, existing.MemStorage)
                .ThrowIfAny();
            throw;
        }
    }

    protected override async ValueTask<string> DetailAsync(INatsJSContext jetStream, ApiError error, CancellationToken cancellationToken)
    {
        var others = new List<string>();
        await foreach (var other in jetStream.ListConsumersAsync(Stream, cancellationToken))
        {
            if (other.Info.Name != Consumer)
            {
                others.Add($"'{other.Info.Name}' ({FiltersOf(other.Info.Config)})");
            }
        }

        return $"Its filters are {FiltersOf(Config())}. Other consumers of the stream: {(others.Count == 0 ? "none" : string.Join(", ", others))}.";
    }

    private static string FiltersOf(ConsumerConfig config) =>
        config.FilterSubjects is { Count: > 0 } filters ? string.Join(", ", filters) : config.FilterSubject ?? ">";
}

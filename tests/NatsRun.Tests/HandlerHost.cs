using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using NatsRun.Testing;

namespace NatsRun.Tests;

/// <summary>A plain generic host with handlers, as a worker has it.</summary>
internal sealed class HandlerHost : IAsyncDisposable
{
    private readonly IHost _host;

    private HandlerHost(IHost host, string prefix, RecordingLogger log)
    {
        _host = host;
        Prefix = prefix;
        Log = log;
    }

    public string Prefix { get; }

    public RecordingLogger Log { get; }

    public INatsConnection Nats => _host.Services.GetRequiredService<INatsConnection>();

    public INatsJSContext JetStream => _host.Services.GetRequiredService<INatsJSContext>();

    public static async Task<HandlerHost> StartAsync(string natsUrl, Action<IHost, string> map, string? prefix = null, bool withStream = false, StreamConfigStorage storage = StreamConfigStorage.Memory)
    {
        prefix ??= Unique.Name("worker");
        var log = new RecordingLogger();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddProvider(log);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["NatsRun:Nats:Url"] = natsUrl,
            ["NatsRun:Prefixes:Clients"] = prefix + ".clients",
        });
        var nats = builder.Services.AddNatsRun();
        if (withStream)
        {
            nats.Topology.AddStream(new StreamConfig(prefix, [prefix + ".q.>"]) { Retention = StreamConfigRetention.Workqueue, Storage = storage, MaxMsgs = -1, MaxBytes = -1 });
        }

        var host = builder.Build();
        map(host, prefix);
        await host.StartAsync();
        return new HandlerHost(host, prefix, log);
    }

    /// <summary>Publishes into the stream and waits for its acknowledgement.</summary>
    public async Task PublishAsync(string subject, byte[] payload, NatsHeaders? headers = null) =>
        (await JetStream.PublishAsync($"{Prefix}.q.{subject}", payload, headers: headers)).EnsureSuccess();

    public async Task<long> PendingAsync() => (await JetStream.GetStreamAsync(Prefix)).Info.State.Messages;

    public Task StopAsync(CancellationToken cancellationToken = default) => _host.StopAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(new CancellationToken(canceled: true));
        _host.Dispose();
    }
}

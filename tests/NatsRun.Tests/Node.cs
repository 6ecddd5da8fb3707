using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NatsRun.Testing;

namespace NatsRun.Tests;

/// <summary>
/// An application with <c>AddNatsRun</c> on a plain host. Its configuration is what the test gives and nothing else: no environment
/// variables, no files.
/// </summary>
internal sealed class Node : IAsyncDisposable
{
    private readonly IHost _host;

    public Node(Dictionary<string, string?> settings, Action<NatsRunBuilder>? configure = null, Action<HostApplicationBuilder>? first = null)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log);
        first?.Invoke(builder);
        configure?.Invoke(builder.Services.AddNatsRun());
        builder.Services.AddNatsRun();
        _host = builder.Build();
    }

    public IHost Host => _host;

    public RecordingLogger Log { get; } = new();

    public IServiceProvider Services => _host.Services;

    public Readiness Readiness => Services.GetRequiredService<Readiness>();

    public INatsConnection Nats => Services.GetRequiredService<INatsConnection>();

    public INatsJSContext JetStream => Services.GetRequiredService<INatsJSContext>();

    /// <summary>Everything that the log, the readiness and the exceptions in the log say.</summary>
    public string AllThatWasSaid =>
        string.Join('\n', Log.Entries.Select(e => $"{e.Level} {e.Id} {e.Message} {e.Exception}")) + "\n" + Reasons;

    public string Reasons => string.Join('\n', Readiness.Unmet.Select(c => $"{c.Key}: {c.Value}"));

    /// <summary>The settings of a node that reaches a server at this URL.</summary>
    public static Dictionary<string, string?> At(string url, params (string Key, string? Value)[] settings)
    {
        var all = settings.ToDictionary(s => "NatsRun:Nats:" + s.Key, s => s.Value);
        all["NatsRun:Nats:Url"] = url;
        return all;
    }

    public static async Task<Node> StartAsync(Dictionary<string, string?> settings, Action<NatsRunBuilder>? configure = null)
    {
        var node = new Node(settings, configure);
        try
        {
            await node.StartAsync();
            return node;
        }
        catch
        {
            await ((IAsyncDisposable)node._host).DisposeAsync();
            throw;
        }
    }

    public Task StartAsync() => _host.StartAsync();

    public Task StopAsync() => _host.StopAsync();

    public async Task BecomesReadyAsync(string because = "the node has all it needs")
    {
        try
        {
            await Eventually.True(() => Readiness.IsReady, because);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}\n{Reasons}\n{Log.Text}", e);
        }
    }

    /// <summary>How often the log has an entry of this name at level Information or above.</summary>
    public int Said(string eventName) => Log.Entries.Count(e => e.Id.Name == eventName && e.Level >= LogLevel.Information);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
    }
}

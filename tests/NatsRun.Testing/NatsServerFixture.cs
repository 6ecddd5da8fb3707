using System.Text;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using NatsRun.LocalServer;
using Xunit;

namespace NatsRun.Testing;

/// <summary>
/// A real nats-server with JetStream on a free port, in a temporary folder. For
/// <c>[assembly: AssemblyFixture(typeof(NatsServerFixture))]</c>, collection and class fixtures, or by hand with <see cref="StartAsync"/>.
/// Tests that kill or restart the server, and tests with a configuration of their own, start one by hand.
/// </summary>
public sealed class NatsServerFixture : IAsyncLifetime
{
    private readonly string? _config;
    private string? _configFile;
    private LocalNatsServer? _server;

    public NatsServerFixture()
        : this(null)
    {
    }

    private NatsServerFixture(string? config) => _config = config;

    /// <summary>What the server and its supervision logged.</summary>
    public RecordingLogger Log { get; } = new();

    public LocalNatsServer Server => _server ?? throw new InvalidOperationException("The server was not started.");

    public string Url => Server.Url;

    /// <param name="config">Text of an additional nats-server configuration file.</param>
    public static async Task<NatsServerFixture> StartAsync(string? config = null)
    {
        var fixture = new NatsServerFixture(config);
        await fixture.InitializeAsync();
        return fixture;
    }

    public async ValueTask InitializeAsync()
    {
        if (_config is not null)
        {
            _configFile = Path.Combine(Path.GetTempPath(), Unique.Name("nats-server") + ".conf");
            await File.WriteAllTextAsync(_configFile, _config);
        }

        _server = await LocalNatsServer.StartAsync(new() { ConfigFile = _configFile }, Log, TimeProvider.System);
    }

    /// <summary>A connection that is open, tries again quickly when it is lost, and reads headers as UTF-8.</summary>
    /// <param name="configure">Changes the options, for example to log in.</param>
    public async Task<NatsConnection> ConnectAsync(Func<NatsOpts, NatsOpts>? configure = null)
    {
        var options = NatsOpts.Default with
        {
            Url = Url,
            HeaderEncoding = Encoding.UTF8,
            ReconnectWaitMin = TimeSpan.FromMilliseconds(50),
            ReconnectWaitMax = TimeSpan.FromMilliseconds(200),
            ReconnectJitter = TimeSpan.FromMilliseconds(50),
        };
        var connection = new NatsConnection(configure?.Invoke(options) ?? options);
        await connection.ConnectAsync();
        return connection;
    }

    /// <summary>kill -9; the server stays down until <see cref="RestartAsync"/>.</summary>
    public Task KillAsync() => Server.KillAsync();

    /// <summary>Starts the server again on the same port and store, ending it first where it runs.</summary>
    public Task RestartAsync() => Server.RestartAsync();

    /// <summary>Starts the server again with another configuration; it must have been started with one.</summary>
    public async Task RestartAsync(string config)
    {
        await File.WriteAllTextAsync(_configFile ?? throw new InvalidOperationException("The server has no configuration file."), config);
        await RestartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is { } server)
        {
            await server.DisposeAsync();
        }

        if (_configFile is { } file)
        {
            File.Delete(file);
        }
    }
}

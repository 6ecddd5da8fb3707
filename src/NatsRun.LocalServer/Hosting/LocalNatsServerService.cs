using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace NatsRun.LocalServer.Hosting;

/// <summary>Ties a local nats-server to the life of a host: up before all else starts, down after all else has stopped.</summary>
internal sealed class LocalNatsServerService(LocalNatsServerOptions options, ILogger<LocalNatsServer> logger, TimeProvider timeProvider)
    : IHostedLifecycleService, IAsyncDisposable, IDisposable
{
    private LocalNatsServer? _server;

    public async Task StartingAsync(CancellationToken cancellationToken) =>
        _server = await LocalNatsServer.StartAsync(options, logger, timeProvider, cancellationToken).ConfigureAwait(false);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Not given up when the host's patience is over: the wait is bounded by the server's own stop timeout.
    public Task StoppedAsync(CancellationToken cancellationToken) => DisposeAsync().AsTask();

    // Also the way out when the host failed to start and nobody calls StoppedAsync.
    public async ValueTask DisposeAsync()
    {
        if (_server is { } server)
        {
            await server.DisposeAsync().ConfigureAwait(false);
        }
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();
}

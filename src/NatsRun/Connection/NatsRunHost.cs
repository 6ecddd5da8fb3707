using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using NATS.Client.Core;
using NATS.Client.JetStream;

namespace NatsRun;

/// <summary>
/// Connects, brings the topology about and starts the components; repeats what is needed after every reconnect. A NATS server
/// that is absent at start does not stop the host: it starts unready and goes on when the server is there.
/// </summary>
internal sealed partial class NatsRunHost(
    NatsConnection connection,
    INatsJSContext jetStream,
    Topology topology,
    IEnumerable<INatsRunComponent> components,
    Readiness readiness,
    IOptions<NatsServerOptions> options,
    TimeProvider time,
    ILogger<NatsRunHost> logger) : IHostedService, IAsyncDisposable
{
    private const string NatsCondition = "nats";
    private const string TopologyCondition = "topology";
    private static readonly TimeSpan RetryWait = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(1);

    private readonly INatsRunComponent[] _components = [.. components];
    private readonly Stack<INatsRunComponent> _started = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _opened = new(0);
    private readonly TaskCompletionSource _firstStart = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _running = Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var server = WithoutCredentials(options.Value.Url!);
        readiness.NotMet(NatsCondition, "not connected yet");
        readiness.NotMet(TopologyCondition, "not checked yet");
        foreach (var component in _components)
        {
            readiness.NotMet(component.Name, "not started yet");
        }

        connection.ConnectionOpened += OnOpened;
        connection.ConnectionDisconnected += OnDisconnected;
        connection.ServerError += OnServerError;
        var connecting = ConnectAsync();
        _running = Task.Run(RunAsync, CancellationToken.None);

        // Twice the time of one attempt: long enough for a server that is there, short enough for one that is not.
        var patience = Task.Delay(options.Value.ConnectTimeout * 2, time, cancellationToken);
        if (await Task.WhenAny(connecting, patience) == patience)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Log.StartingWithoutNats(logger, server);
            return;
        }

        patience = Task.Delay(options.Value.ConnectTimeout * 5, time, cancellationToken);
        await await Task.WhenAny(_firstStart.Task, patience);
        Log.Connected(logger, server, connection.ServerInfo?.Version);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (_started.TryPop(out var component))
        {
            try
            {
                await component.StopAsync(cancellationToken);
            }
            catch (Exception e)
            {
                Log.StopFailed(logger, e, component.Name);
            }
        }

        await FlushAsync();
        await connection.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _stopping.Dispose();
        _opened.Dispose();
    }

    /// <summary>Disposing a connection drops what it has not written yet: a round trip first brings acknowledgements and replies out.</summary>
    private async Task FlushAsync()
    {
        if (connection.ConnectionState == NatsConnectionState.Open)
        {
            using var timeout = new CancellationTokenSource(FlushTimeout, time);
            await ((Task)connection.PingAsync(timeout.Token).AsTask()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ConnectAsync() => await connection.ConnectAsync();

    private async Task RunAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            await _opened.WaitAsync(_stopping.Token);
            try
            {
                await ReconcileAsync();
                await StartComponentsAsync();
                _firstStart.TrySetResult();
            }
            catch (NatsRunStartException e)
            {
                if (!_firstStart.TrySetException(e))
                {
                    Log.CannotStart(logger, e.Message);
                }
            }
        }
    }

    private Task ReconcileAsync() => RetryAsync(TopologyCondition, stop => topology.ReconcileAsync(jetStream, logger, stop));

    private async Task StartComponentsAsync()
    {
        var reconnected = _started.ToHashSet();
        foreach (var component in _components)
        {
            if (reconnected.Contains(component))
            {
                await RetryAsync(component.Name, component.ReconnectedAsync);
            }
            else
            {
                await RetryAsync(component.Name, component.StartAsync);
                _started.Push(component);
            }
        }
    }

    private async Task RetryAsync(string condition, Func<CancellationToken, Task> attempt)
    {
        while (true)
        {
            // Without a limit, what the client sends while the connection is down would wait for ever.
            using var timeout = new CancellationTokenSource(AttemptTimeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _stopping.Token);
            try
            {
                await attempt(either.Token);
                readiness.Met(condition);
                return;
            }
            catch (Exception e) when (e is not OperationCanceledException || !_stopping.IsCancellationRequested)
            {
                readiness.NotMet(condition, e.Message);
                if (e is NatsRunStartException)
                {
                    throw;
                }

                Log.WillRetry(logger, condition, e.Message);
                await Task.Delay(RetryWait, time, _stopping.Token);
            }
        }
    }

    private ValueTask OnOpened(object? sender, NatsEventArgs args)
    {
        readiness.Met(NatsCondition);
        _opened.Release();
        return default;
    }

    private ValueTask OnDisconnected(object? sender, NatsEventArgs args)
    {
        if (!_stopping.IsCancellationRequested)
        {
            readiness.NotMet(NatsCondition, "disconnected");
            Log.Disconnected(logger);
        }

        return default;
    }

    private ValueTask OnServerError(object? sender, NatsServerErrorEventArgs args)
    {
        Log.ServerError(logger, args.Error);
        return default;
    }

    private static string WithoutCredentials(string url) => string.Join(",", url.Split(',').Select(u =>
        Uri.TryCreate(u.Trim(), UriKind.Absolute, out var uri) ? $"{uri.Scheme}://{uri.Authority}" : "?"));

    private static partial class Log
    {
        [LoggerMessage(101, LogLevel.Information, "Connected to NATS at {Server}, version {Version}")]
        public static partial void Connected(ILogger logger, string server, string? version);

        [LoggerMessage(102, LogLevel.Warning, "NATS does not answer at {Server}: starting without it, not ready until it does")]
        public static partial void StartingWithoutNats(ILogger logger, string server);

        [LoggerMessage(103, LogLevel.Warning, "The connection to NATS is lost: connecting again")]
        public static partial void Disconnected(ILogger logger);

        [LoggerMessage(104, LogLevel.Warning, "NATS reports: {Error}")]
        public static partial void ServerError(ILogger logger, string error);

        [LoggerMessage(105, LogLevel.Warning, "{Condition} is not in place, trying again: {Reason}")]
        public static partial void WillRetry(ILogger logger, string condition, string reason);

        [LoggerMessage(106, LogLevel.Error, "Not ready and not becoming so by itself: {Reason}")]
        public static partial void CannotStart(ILogger logger, string reason);

        [LoggerMessage(107, LogLevel.Warning, "{Component} did not stop cleanly")]
        public static partial void StopFailed(ILogger logger, Exception exception, string component);
    }
}

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using NATS.Client.JetStream;

namespace NatsRun;

/// <summary>
/// Connects, brings the topology about and starts the components; repeats what is needed after every reconnect. A NATS server
/// that is absent at start does not stop the host: it starts unready and goes on when the server is there.
/// </summary>
internal sealed partial class NatsRunHost(
    NatsLink link,
    INatsJSContext jetStream,
    Topology topology,
    IEnumerable<INatsRunComponent> components,
    Readiness readiness,
    IOptions<NatsServerOptions> options,
    TimeProvider time,
    ILogger<NatsRunHost> logger) : IHostedService, IAsyncDisposable
{
    private const string TopologyCondition = "topology";
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RetryWait = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StuckStopTimeout = TimeSpan.FromSeconds(1);

    private readonly INatsRunComponent[] _components = [.. components];
    private readonly Stack<INatsRunComponent> _started = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _opened = new(0);
    private readonly TaskCompletionSource _firstStart = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _running = Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        readiness.NotMet(TopologyCondition, "not checked yet");
        foreach (var component in _components)
        {
            readiness.NotMet(component.Name, "not started yet");
        }

        var connecting = link.Open(OnOpened);
        _running = Task.Run(RunAsync, CancellationToken.None);
        try
        {
            await WaitForStartAsync(connecting, cancellationToken);
        }
        catch
        {
            // A host stops only what it has started.
            await StopAsync(CancellationToken.None);
            throw;
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var patience = _started.Count > 0 && await link.IsStuckAsync() ? StuckStopTimeout : Timeout.InfiniteTimeSpan;
        while (_started.TryPop(out var component))
        {
            try
            {
                await component.StopAsync(cancellationToken).WaitAsync(patience, time, CancellationToken.None);
            }
            catch (Exception e)
            {
                Log.StopFailed(logger, e, component.Name);
            }
        }

        await link.CloseAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
        _opened.Dispose();
    }

    private void OnOpened()
    {
        if (!_stopping.IsCancellationRequested)
        {
            // What lies in the memory of a server is gone when it is another one now.
            readiness.NotMet(TopologyCondition, "not checked since the connection was made");
            _opened.Release();
        }
    }

    private async Task WaitForStartAsync(Task connecting, CancellationToken cancellationToken)
    {
        // Twice the time of one attempt: long enough for a server that is there, short enough for one that is not.
        if (!await EndsWithinAsync(connecting, options.Value.ConnectTimeout * 2, cancellationToken))
        {
            link.GoOnWithout();
        }
        else if (await EndsWithinAsync(_firstStart.Task, options.Value.ConnectTimeout * 5, cancellationToken))
        {
            await _firstStart.Task;
            return;
        }

        // From now on nobody waits for the outcome of the first start, unless it came just now.
        if (!_firstStart.TrySetResult())
        {
            await _firstStart.Task;
        }
    }

    private async Task<bool> EndsWithinAsync(Task task, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var ended = await Task.WhenAny(task, Task.Delay(limit, time, patience.Token)) == task;
        await patience.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        return ended;
    }

    private async Task RunAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            var isNew = await _opened.WaitAsync(CheckInterval, _stopping.Token);
            try
            {
                if (isNew)
                {
                    await ReconcileAsync();
                    await StartComponentsAsync();
                }
                else if (link.IsOpen)
                {
                    // Somebody may have deleted what was in place, or the server may hang without closing its connections.
                    await ReconcileAsync();
                }

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
        var said = "";
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
                var reason = e is OperationCanceledException ? $"not done within {AttemptTimeout.TotalSeconds} s" : e.Message;
                readiness.NotMet(condition, reason);
                if (e is NatsRunStartException)
                {
                    throw;
                }

                if (said != reason)
                {
                    Log.WillRetry(logger, condition, reason);
                    said = reason;
                }

                await Task.Delay(RetryWait, time, _stopping.Token);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(105, LogLevel.Warning, "{Condition} is not in place, trying again: {Reason}")]
        public static partial void WillRetry(ILogger logger, string condition, string reason);

        [LoggerMessage(106, LogLevel.Error, "Not ready and not becoming so by itself: {Reason}")]
        public static partial void CannotStart(ILogger logger, string reason);

        [LoggerMessage(107, LogLevel.Warning, "{Component} did not stop cleanly")]
        public static partial void StopFailed(ILogger logger, Exception exception, string component);
    }
}

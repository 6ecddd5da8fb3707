using NatsRun.LocalServer.Supervision;

namespace NatsRun.LocalServer;

public sealed partial class LocalNatsServer
{
    private async Task SuperviseAsync(CancellationToken cancellationToken)
    {
        var wait = ShortestWait;
        try
        {
            while (true)
            {
                var started = _time.GetTimestamp();
                var code = await _process!.Exited.WaitAsync(cancellationToken).ConfigureAwait(false);
                Log.Died(_logger, code);
                wait = _time.GetElapsedTime(started) > LongestWait ? ShortestWait : wait;
                do
                {
                    await Task.Delay(wait, _time, cancellationToken).ConfigureAwait(false);
                    wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
                }
                while (!await TryLaunchAsync(cancellationToken).ConfigureAwait(false));
            }
        }
        catch (OperationCanceledException)
        {
            // Whoever ends the supervision decides what becomes of the process.
        }
    }

    private async Task<bool> TryLaunchAsync(CancellationToken cancellationToken)
    {
        try
        {
            await LaunchAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.RestartFailed(_logger, e);
            return false;
        }
    }

    private async Task LaunchAsync(CancellationToken cancellationToken)
    {
        var log = new ServerLog(_logger);
        var process = ServerProcess.Start(_command, log, _time);
        _process = process;
        try
        {
            await WaitUntilItAnswersAsync(process, log, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await process.StopAsync().ConfigureAwait(false);
            throw;
        }

        Log.Started(_logger, Version, ProcessId, Url, StoreDirectory);
    }

    private async Task WaitUntilItAnswersAsync(ServerProcess process, ServerLog log, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_startTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await process.Id.WaitAsync(either.Token).ConfigureAwait(false);
            while (!await ServerProbe.AnswersAsync(Port, _command.Name, either.Token).ConfigureAwait(false))
            {
                if (process.Exited.IsCompleted)
                {
                    throw new LocalNatsServerException($"nats-server ended before it answered on port {Port}: {log.Complaints}");
                }

                await Task.WhenAny(process.Exited, Task.Delay(ProbeInterval, _time, either.Token)).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new LocalNatsServerException($"nats-server did not answer on port {Port} within {_startTimeout}. {log.Complaints}");
        }
    }
}

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace NatsRun.AspNetCore;

/// <summary>
/// What happens to sockets from outside: dead ones are cut, those of revoked sessions are closed, and all of them are when the host
/// stops. That must happen in <see cref="StoppingAsync"/>: an open socket would hold the web server's stop for its whole timeout.
/// </summary>
internal sealed partial class SocketWatch(
    SocketRegistry sockets,
    ClientSessions sessions,
    IOptions<RoomOptions> options,
    TimeProvider time,
    ILogger<SocketWatch> logger) : IHostedLifecycleService, IDisposable
{
    private static readonly TimeSpan LongestRound = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ShortestRound = TimeSpan.FromMilliseconds(20);

    /// <summary>How long the requests of sockets that were cut may take to end.</summary>
    private static readonly TimeSpan AfterAbort = TimeSpan.FromMilliseconds(500);

    private ITimer? _rounds;
    private IDisposable? _revocations;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var shortest = TimeSpan.FromTicks(Math.Min(options.Value.PingTimeout.Ticks, options.Value.CloseTimeout.Ticks) / 4);
        var round = TimeSpan.FromTicks(Math.Clamp(shortest.Ticks, ShortestRound.Ticks, LongestRound.Ticks));
        _rounds = time.CreateTimer(_ => CutDead(), null, round, round);
        _revocations = sessions.OnRevoked(CloseRevoked);
        return Task.CompletedTask;
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        var drained = sockets.Drain();
        var told = 0;
        foreach (var socket in sockets.All)
        {
            told += socket.Close(CloseCodes.GoingAway, "going away") ? 1 : 0;
        }

        Log.Draining(logger, told);
        if (!await EndsWithinAsync(drained, options.Value.DrainTimeout, cancellationToken))
        {
            var cut = 0;
            foreach (var socket in sockets.All)
            {
                socket.Abort();
                cut++;
            }

            Log.Cut(logger, cut);
            await EndsWithinAsync(drained, AfterAbort, cancellationToken);
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _rounds?.Dispose();
        _revocations?.Dispose();
    }

    private async Task<bool> EndsWithinAsync(Task drained, TimeSpan limit, CancellationToken cancellationToken)
    {
        await drained.WaitAsync(limit, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return drained.IsCompleted;
    }

    private void CutDead()
    {
        var now = time.GetTimestamp();
        foreach (var socket in sockets.All)
        {
            if (socket.AbortIfDead(now))
            {
                Log.Dead(logger, socket.Admission.ClientId, socket.Admission.RoomId);
            }
        }
    }

    private void CloseRevoked(string clientId)
    {
        foreach (var socket in sockets.Of(clientId))
        {
            if (socket.Close(CloseCodes.SessionRevoked, "session revoked", dropWaiting: true))
            {
                Log.Revoked(logger, clientId, socket.Admission.RoomId);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(305, LogLevel.Debug, "Client {ClientId} in room {RoomId} is silent or does not answer a close: cutting it off")]
        public static partial void Dead(ILogger logger, string clientId, string roomId);

        [LoggerMessage(306, LogLevel.Information, "The session of {ClientId} is revoked: closing its socket in room {RoomId}")]
        public static partial void Revoked(ILogger logger, string clientId, string roomId);

        [LoggerMessage(307, LogLevel.Information, "Draining: {Sockets} sockets are told to go away")]
        public static partial void Draining(ILogger logger, int sockets);

        [LoggerMessage(308, LogLevel.Information, "Draining: {Sockets} sockets did not close in time and are cut off")]
        public static partial void Cut(ILogger logger, int sockets);
    }
}

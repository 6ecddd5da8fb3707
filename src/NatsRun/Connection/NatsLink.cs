using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using NATS.Client.Core;

namespace NatsRun;

/// <summary>
/// The connection as an operator sees it: makes it, and says in the log and in the readiness condition <c>nats</c> when it is there,
/// when it is not, and why. A reason is said once, however often the client tries.
/// </summary>
internal sealed partial class NatsLink(
    NatsConnection connection, Readiness readiness, IOptions<NatsServerOptions> options, TimeProvider time, ILogger<NatsLink> logger) : IDisposable
{
    private const string Condition = "nats";
    private static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _closing = new();
    private volatile string _whyNot = "not tried yet";
    private volatile bool _reporting;
    private bool _stuck;
    private Action? _opened;
    private Task _connecting = Task.CompletedTask;

    public bool IsOpen => connection.ConnectionState == NatsConnectionState.Open;

    private string Server => NatsServerUrls.WithoutCredentials(options.Value.Url!);

    /// <summary>Starts to connect, for as long as it takes.</summary>
    /// <param name="opened">Called whenever the connection is there, before the process may count as ready.</param>
    /// <returns>Completes with the first connection.</returns>
    public Task Open(Action opened)
    {
        _opened = opened;
        readiness.NotMet(Condition, $"not connected: {_whyNot}");
        connection.ConnectionOpened += OnOpened;
        connection.ConnectionDisconnected += OnDisconnected;
        connection.ServerError += OnServerError;
        return _connecting = ConnectAsync();
    }

    /// <summary>Says that the start goes on without a connection; from now on each change of the reason is said too.</summary>
    public void GoOnWithout()
    {
        Log.StartingWithoutNats(logger, Server, _whyNot);
        _reporting = true;
    }

    /// <summary>Closes the connection after what was sent has left: disposing alone drops what is not written yet.</summary>
    public async Task CloseAsync()
    {
        await _closing.CancelAsync();
        if (!_stuck)
        {
            await FlushAsync();
        }

        try
        {
            // It waits for its writer, and that for a server that takes nothing.
            await connection.DisposeAsync().AsTask().WaitAsync(CloseTimeout, time);
        }
        catch (Exception e)
        {
            Log.NotClosed(logger, e.Message);
        }

        await _connecting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Whether the server is connected and takes nothing. What is sent to it then waits for seconds, even where it is only an unsubscribe.</summary>
    public async Task<bool> IsStuckAsync() => _stuck = connection.ConnectionState == NatsConnectionState.Open && !await FlushAsync();

    public void Dispose()
    {
        _closing.Cancel();
        _closing.Dispose();
    }

    /// <summary>A round trip: what was sent before has left.</summary>
    private async Task<bool> FlushAsync()
    {
        if (connection.ConnectionState != NatsConnectionState.Open)
        {
            return false;
        }

        using var timeout = new CancellationTokenSource(FlushTimeout, time);
        var ping = (Task)connection.PingAsync(timeout.Token).AsTask();
        await ping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return ping.IsCompletedSuccessfully;
    }

    /// <summary>Failures of the first connection come as exceptions, which say more than the client's events; later ones the client repairs by itself.</summary>
    private async Task ConnectAsync()
    {
        var wait = options.Value.ReconnectWaitMin;
        while (true)
        {
            try
            {
                await connection.ConnectAsync();
                return;
            }
            catch (Exception e) when (!_closing.IsCancellationRequested)
            {
                NotConnected(e.InnerException is { } cause ? ReasonOf(cause) : "no server answers");
            }

            await Task.Delay(wait * (1 + Random.Shared.NextDouble()), time, _closing.Token);
            wait = wait * 2 < options.Value.ReconnectWaitMax ? wait * 2 : options.Value.ReconnectWaitMax;
        }
    }

    private static string ReasonOf(Exception failure) => failure switch
    {
        NatsServerException refusal => Refusal(refusal.Error),
        { InnerException: { } inner } => ReasonOf(inner),
        _ => failure.Message,
    };

    private static string Refusal(string error) => $"the server says '{error.Trim().ToLowerInvariant()}'";

    private void NotConnected(string reason)
    {
        var isNew = _whyNot != reason;
        _whyNot = reason;
        readiness.NotMet(Condition, $"not connected: {reason}");
        if (isNew && _reporting)
        {
            Log.Disconnected(logger, Server, reason);
        }
    }

    private ValueTask OnOpened(object? sender, NatsEventArgs args)
    {
        if (!_closing.IsCancellationRequested)
        {
            _whyNot = "";
            _reporting = true;
            _opened!();
            readiness.Met(Condition);
            Log.Connected(logger, Server, connection.ServerInfo?.Version);
        }

        return default;
    }

    private ValueTask OnDisconnected(object? sender, NatsEventArgs args)
    {
        if (!_closing.IsCancellationRequested)
        {
            NotConnected("the connection is lost");
        }

        return default;
    }

    private ValueTask OnServerError(object? sender, NatsServerErrorEventArgs args)
    {
        if (connection.ConnectionState == NatsConnectionState.Reconnecting)
        {
            NotConnected(Refusal(args.Error));
        }
        else if (connection.ConnectionState == NatsConnectionState.Open)
        {
            Log.ServerError(logger, args.Error);
        }

        return default;
    }

    private static partial class Log
    {
        [LoggerMessage(101, LogLevel.Information, "Connected to NATS at {Server}, version {Version}")]
        public static partial void Connected(ILogger logger, string server, string? version);

        [LoggerMessage(102, LogLevel.Warning, "No connection to NATS at {Server} ({Reason}): starting without it, not ready until it is there")]
        public static partial void StartingWithoutNats(ILogger logger, string server, string reason);

        [LoggerMessage(103, LogLevel.Warning, "No connection to NATS at {Server} ({Reason}): trying on")]
        public static partial void Disconnected(ILogger logger, string server, string reason);

        [LoggerMessage(108, LogLevel.Information, "The connection to NATS was not closed cleanly: {Reason}")]
        public static partial void NotClosed(ILogger logger, string reason);

        [LoggerMessage(104, LogLevel.Warning, "NATS reports: {Error}")]
        public static partial void ServerError(ILogger logger, string error);
    }
}

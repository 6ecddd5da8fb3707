using Microsoft.Extensions.Logging;
using NatsRun.LocalServer.Supervision;

namespace NatsRun.LocalServer;

/// <summary>
/// A nats-server with JetStream on 127.0.0.1, started and supervised by this process. It is started again when it dies, and it ends with
/// this process, in whatever way that ends. Works on Linux and other systems with <c>sh</c> and <c>setsid</c>.
/// </summary>
/// <remarks>All members may be called from any thread; calls that change the state wait for each other.</remarks>
public sealed partial class LocalNatsServer : IAsyncDisposable
{
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private readonly ServerCommand _command;
    private readonly StoreFolder _store;
    private readonly TimeSpan _startTimeout;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private volatile ServerProcess? _process;
    private CancellationTokenSource? _supervision;
    private Task _supervising = Task.CompletedTask;
    private bool _disposed;

    private LocalNatsServer(
        ServerCommand command, StoreFolder store, NatsServerProgram program, TimeSpan startTimeout, ILogger logger, TimeProvider time)
    {
        _command = command;
        _store = store;
        _startTimeout = startTimeout;
        _logger = logger;
        _time = time;
        Version = program.Version;
    }

    /// <summary>The URL that clients connect to, <c>nats://127.0.0.1:port</c>.</summary>
    public string Url => $"nats://127.0.0.1:{Port}";

    /// <summary>The TCP port, the same over restarts.</summary>
    public int Port => _command.Port;

    /// <summary>The folder with the server's files, the same over restarts.</summary>
    public string StoreDirectory => _store.Path;

    /// <summary>The version of nats-server.</summary>
    public Version Version { get; }

    /// <summary>The process id of nats-server, or <see langword="null"/> while it is down. Changes with every start.</summary>
    public int? ProcessId =>
        _process is { Exited.IsCompleted: false, Id: { IsCompletedSuccessfully: true } id } ? id.Result : null;

    /// <summary>Starts a nats-server and waits until it answers.</summary>
    /// <param name="options">The settings; read once.</param>
    /// <param name="logger">Receives what happens and the server's own log.</param>
    /// <param name="timeProvider">The clock of timeouts and waits.</param>
    /// <param name="cancellationToken">Gives up; nothing is left running.</param>
    /// <exception cref="LocalNatsServerException">
    /// No usable nats-server was found, an option is wrong, the store folder is in use, or the server did not answer in time.
    /// </exception>
    public static async Task<LocalNatsServer> StartAsync(
        LocalNatsServerOptions options, ILogger logger, TimeProvider timeProvider, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(logger);
        ArgumentNullException.ThrowIfNull(timeProvider);
        options.ThrowIfInvalid();
        var program = await FindProgramAsync(options, timeProvider, cancellationToken).ConfigureAwait(false);
        var store = StoreFolder.Open(options.StoreDirectory);
        var port = options.Port == 0 ? LoopbackPort.PickFree() : options.Port;
        var command = new ServerCommand(
            program.Path, $"natsrun-{port}-{Guid.NewGuid():N}", port, store.Path, store.IsTemporary ? store.Path : null, store.ServerLockFile,
            options.ConfigFile is null ? null : Path.GetFullPath(options.ConfigFile), options.StopTimeout);
        var server = new LocalNatsServer(command, store, program, options.StartTimeout, logger, timeProvider);
        try
        {
            await server.RestartAsync(cancellationToken).ConfigureAwait(false);
            return server;
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Kills the server as <c>kill -9</c> does, and leaves it down until <see cref="RestartAsync"/>. For tests of what happens then.
    /// </summary>
    public Task KillAsync() => ChangeAsync(
        async () =>
        {
            _process?.Signal("KILL");
            await StopProcessAsync().ConfigureAwait(false);
        },
        CancellationToken.None);

    /// <summary>Starts the server again on the same port and store, after ending it where it runs, and waits until it answers.</summary>
    /// <param name="cancellationToken">Gives up; the server is then down.</param>
    /// <exception cref="LocalNatsServerException">The server did not answer in time.</exception>
    public Task RestartAsync(CancellationToken cancellationToken = default) => ChangeAsync(
        async () =>
        {
            await StopProcessAsync().ConfigureAwait(false);
            await LaunchAsync(cancellationToken).ConfigureAwait(false);
            _supervision = new CancellationTokenSource();
            _supervising = SuperviseAsync(_supervision.Token);
        },
        cancellationToken);

    /// <summary>Freezes the server (<c>SIGSTOP</c>): connections stay open and nothing answers. For tests.</summary>
    public void Pause() => _process?.Signal("STOP");

    /// <summary>Lets a frozen server go on (<c>SIGCONT</c>).</summary>
    public void Resume() => _process?.Signal("CONT");

    /// <summary>Ends the server, killing it after the stop timeout, and deletes its store folder if that was temporary.</summary>
    public async ValueTask DisposeAsync()
    {
        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            await EndSupervisionAsync().ConfigureAwait(false);
            await StopProcessAsync().ConfigureAwait(false);
            _store.Dispose();
        }
        finally
        {
            _gate.Release();
        }
    }

    private static async Task<NatsServerProgram> FindProgramAsync(
        LocalNatsServerOptions options, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.StartTimeout, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await NatsServerLocator.FindAsync(options.ExecutablePath, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new LocalNatsServerException($"nats-server --version did not end within {options.StartTimeout}.");
        }
    }

    private async Task ChangeAsync(Func<Task> change, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            await EndSupervisionAsync().ConfigureAwait(false);
            await change().ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task StopProcessAsync()
    {
        if (_process is { } process)
        {
            await process.StopAsync().ConfigureAwait(false);
            _process = null;
        }
    }

    private async Task EndSupervisionAsync()
    {
        if (_supervision is { } supervision)
        {
            await supervision.CancelAsync().ConfigureAwait(false);
            await _supervising.ConfigureAwait(false);
            supervision.Dispose();
            _supervision = null;
        }
    }
}

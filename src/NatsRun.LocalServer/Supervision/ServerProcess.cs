using System.Diagnostics;
using System.Globalization;

namespace NatsRun.LocalServer.Supervision;

/// <summary>One run of nats-server under its watchdog, from start to end.</summary>
internal sealed class ServerProcess
{
    private static readonly TimeSpan LogDelay = TimeSpan.FromSeconds(1);

    private readonly Process _watchdog;
    private readonly ServerLog _log;
    private readonly TimeProvider _time;
    private readonly Lock _inputLock = new();
    private bool _inputClosed;

    private ServerProcess(Process watchdog, ServerLog log, TimeProvider time)
    {
        _watchdog = watchdog;
        _log = log;
        _time = time;
        Id = ReadIdAsync();
        Exited = RunAsync();
    }

    /// <summary>The process id of nats-server, or <see langword="null"/> when the watchdog could not start it.</summary>
    public Task<int?> Id { get; }

    /// <summary>Ends when nats-server and its watchdog are gone, with the exit code. Never fails.</summary>
    public Task<int> Exited { get; }

    public static ServerProcess Start(ServerCommand command, ServerLog log, TimeProvider time) =>
        new(Process.Start(Watchdog.For(command))!, log, time);

    /// <summary>Sends a signal, named without SIG, to nats-server.</summary>
    public void Signal(string name) => Send(name);

    /// <summary>Ends nats-server: asked first, killed after the stop timeout. The store stays.</summary>
    public async Task StopAsync()
    {
        CloseInput();
        await Exited.ConfigureAwait(false);
    }

    private async Task<int?> ReadIdAsync()
    {
        var line = await _watchdog.StandardOutput.ReadLineAsync().ConfigureAwait(false);
        return int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
    }

    private async Task<int> RunAsync()
    {
        using (_watchdog)
        {
            var log = _log.ReadAsync(_watchdog.StandardError);
            var exit = _watchdog.WaitForExitAsync();
            if (await Task.WhenAny(log, exit).ConfigureAwait(false) == exit && !await EndsSoonAsync(log).ConfigureAwait(false))
            {
                await KillOrphanAsync().ConfigureAwait(false);
            }

            // The server held the other end of the log. Now that it is gone the watchdog shall reap it and go too.
            await log.ConfigureAwait(false);
            CloseInput();
            await exit.ConfigureAwait(false);
            return _watchdog.ExitCode;
        }
    }

    private async Task<bool> EndsSoonAsync(Task log)
    {
        try
        {
            await log.WaitAsync(LogDelay, _time).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    // Somebody killed the watchdog alone.
    private async Task KillOrphanAsync()
    {
        if (await Id.ConfigureAwait(false) is not { } id)
        {
            return;
        }

        try
        {
            using var orphan = Process.GetProcessById(id);
            orphan.Kill();
        }
        catch (ArgumentException)
        {
            // It ended meanwhile.
        }
    }

    private void CloseInput()
    {
        Send(Watchdog.Keep);
        lock (_inputLock)
        {
            if (!_inputClosed)
            {
                _inputClosed = true;
                Quietly(_watchdog.StandardInput.Close);
            }
        }
    }

    private void Send(string command)
    {
        lock (_inputLock)
        {
            if (!_inputClosed)
            {
                Quietly(() =>
                {
                    _watchdog.StandardInput.Write(command + "\n");
                    _watchdog.StandardInput.Flush();
                });
            }
        }
    }

    private static void Quietly(Action write)
    {
        try
        {
            write();
        }
        catch (IOException)
        {
            // The watchdog is gone, and the server with it.
        }
    }
}

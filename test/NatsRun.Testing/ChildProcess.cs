using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace NatsRun.Testing;

/// <summary>The numbers of the signals that tests send, as Linux has them.</summary>
public enum Signal
{
    Interrupt = 2,
    Kill = 9,
    Terminate = 15,
    Continue = 18,
    Stop = 19,
}

/// <summary>
/// A program that a test runs beside itself: its output is collected, signals can be sent, and at the end it is killed with all that it
/// started, except what began a session of its own, such as a local nats-server's watchdog: that one shall clean up after its host.
/// </summary>
public sealed partial class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly Task _reading;

    private readonly bool _inTerminal;

    private ChildProcess(ProcessStartInfo start, IReadOnlyDictionary<string, string?>? environment, bool inTerminal)
    {
        _inTerminal = inTerminal;
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        foreach (var (key, value) in environment ?? new Dictionary<string, string?>())
        {
            if (value is null)
            {
                start.Environment.Remove(key);
            }
            else
            {
                start.Environment[key] = value;
            }
        }

        _process = Process.Start(start)!;
        _reading = Task.WhenAll(ReadAsync(_process.StandardOutput), ReadAsync(_process.StandardError));
    }

    /// <summary>Of the program, or of the terminal around it.</summary>
    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Standard output and error, line by line, as far as it has come.</summary>
    public IReadOnlyCollection<string> Output => _output;

    public string Text => string.Join('\n', _output);

    /// <param name="program">A path, or a name that is looked up in PATH.</param>
    /// <param name="arguments">Passed as they are.</param>
    /// <param name="environment">Added to this process's own; <see langword="null"/> takes a variable away.</param>
    public static ChildProcess Start(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null) =>
        new(new ProcessStartInfo(program, arguments), environment, inTerminal: false);

    /// <summary>Runs the program in a terminal of its own, for <see cref="PressCtrlC"/>. Needs <c>script</c> of util-linux.</summary>
    /// <inheritdoc cref="Start"/>
    public static ChildProcess StartInTerminal(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null)
    {
        // Tests that a script started in the background ignore SIGINT, and their children would too.
        var command = "exec env --default-signal=INT,QUIT " + string.Join(' ', arguments.Prepend(program).Select(Quote));
        return new(new ProcessStartInfo("script", ["-qec", command, "/dev/null"]), environment, inTerminal: true);
    }

    /// <summary>Sends a signal to the program alone.</summary>
    public void Send(Signal signal)
    {
        if (Kill(Id, (int)signal) != 0)
        {
            throw new InvalidOperationException($"{signal} could not be sent to process {Id}.");
        }
    }

    /// <summary>Types Ctrl+C in the program's terminal.</summary>
    public void PressCtrlC()
    {
        _process.StandardInput.Write('\u0003');
        _process.StandardInput.Flush();
    }

    /// <summary>Waits for a line of output that contains the text, and returns the line.</summary>
    public async Task<string> WaitForLineAsync(string text, TimeSpan? timeout = null)
    {
        string? Find() => _output.FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal));
        try
        {
            await Eventually.True(() => Find() is not null || _reading.IsCompleted, $"the program prints '{text}'", timeout);
            return Find() ?? throw new TimeoutException($"The program ended and did not print '{text}'");
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}. Its output:\n{Text}", e);
        }
    }

    /// <summary>Waits until an ASP.NET Core program says where it listens.</summary>
    public async Task<Uri> WaitForUrlAsync(TimeSpan? timeout = null)
    {
        const string saying = "Now listening on: ";
        var line = await WaitForLineAsync(saying, timeout);
        return new Uri(line[(line.IndexOf(saying, StringComparison.Ordinal) + saying.Length)..].Trim());
    }

    /// <summary>Waits until the program has ended and all of its output is there; returns the exit code.</summary>
    public async Task<int> WaitForExitAsync(TimeSpan? timeout = null)
    {
        try
        {
            var limit = timeout ?? Eventually.DefaultTimeout;
            await _process.WaitForExitAsync().WaitAsync(limit);
            await _reading.WaitAsync(limit);
            return _process.ExitCode;
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"The program did not end. Its output:\n{Text}", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            (_inTerminal ? Processes.ChildrenOf(Id).ToList() : [Id]).ForEach(KillWithChildren);
            _process.Kill();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static void KillWithChildren(int id)
    {
        // The parent first: it shall not start another one meanwhile.
        var children = Processes.ChildrenOf(id).Where(child => !Processes.LeadsSession(child)).ToList();
        _ = Kill(id, (int)Signal.Kill);
        children.ForEach(KillWithChildren);
    }

    private static string Quote(string argument) => $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            _output.Enqueue(line);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int id, int signal);
}

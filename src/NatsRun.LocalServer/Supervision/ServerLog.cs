using Microsoft.Extensions.Logging;

namespace NatsRun.LocalServer.Supervision;

/// <summary>
/// Passes nats-server's log on, line by line, and remembers the last complaints for error messages. The server's notices are details to
/// the host, so they arrive one level lower; warnings and errors keep their level.
/// </summary>
internal sealed partial class ServerLog(ILogger logger)
{
    private const int Remembered = 5;
    private readonly Queue<string> _complaints = new();

    public string Complaints
    {
        get
        {
            lock (_complaints)
            {
                return string.Join(" / ", _complaints);
            }
        }
    }

    public async Task ReadAsync(TextReader reader)
    {
        while (await reader.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            Write(line);
        }
    }

    /// <summary>Splits <c>[pid] [LVL] text</c>. What has another form (a panic, an error in the command line) is an error.</summary>
    private static (LogLevel Level, string Text) Parse(string line)
    {
        var at = line.IndexOf("] [", StringComparison.Ordinal);
        if (!line.StartsWith('[') || at < 0 || line.Length < at + 7 || line[at + 6] != ']')
        {
            return (LogLevel.Error, line);
        }

        LogLevel? level = line.AsSpan(at + 3, 3) switch
        {
            "FTL" => LogLevel.Critical,
            "ERR" => LogLevel.Error,
            "WRN" => LogLevel.Warning,
            "INF" => LogLevel.Debug,
            "DBG" or "TRC" => LogLevel.Trace,
            _ => null,
        };
        return level is { } known ? (known, line[(at + 7)..].Trim()) : (LogLevel.Error, line);
    }

    private void Write(string line)
    {
        var (level, text) = Parse(line);
        if (text.Length == 0)
        {
            return;
        }

        if (level >= LogLevel.Error)
        {
            Remember(text);
        }

        Log.Line(logger, level, text);
    }

    private void Remember(string text)
    {
        lock (_complaints)
        {
            _complaints.Enqueue(text);
            if (_complaints.Count > Remembered)
            {
                _complaints.Dequeue();
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "ServerLine", Message = "nats-server: {Text}")]
        public static partial void Line(ILogger logger, LogLevel level, string text);
    }
}

using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace NatsRun.Testing;

public sealed record LogEntry(LogLevel Level, EventId Id, string Message, Exception? Exception);

/// <summary>A logger, and a provider of itself, that keeps what it is told.</summary>
public sealed class RecordingLogger : ILogger, ILoggerProvider
{
    private readonly ConcurrentQueue<LogEntry> _entries = new();

    public IReadOnlyCollection<LogEntry> Entries => _entries;

    /// <summary>All of it as text, for messages of failed tests.</summary>
    public string Text => string.Join('\n', _entries.Select(entry => $"{entry.Level} {entry.Message} {entry.Exception?.Message}"));

    public bool Has(string eventName) => _entries.Any(entry => entry.Id.Name == eventName);

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _entries.Enqueue(new LogEntry(logLevel, eventId, formatter(state, exception), exception));

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public ILogger CreateLogger(string categoryName) => this;

    public void Dispose()
    {
    }
}

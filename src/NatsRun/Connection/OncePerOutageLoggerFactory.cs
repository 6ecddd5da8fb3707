using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace NatsRun;

/// <summary>
/// Loggers for the NATS client, which says the same at every attempt to connect, a few times a second: until the connection is
/// there again, a repeated entry goes on at level Debug.
/// </summary>
internal sealed class OncePerOutageLoggerFactory(ILoggerFactory inner) : ILoggerFactory
{
    private const int Remembered = 256;
    private readonly ConcurrentDictionary<string, byte> _said = new(StringComparer.Ordinal);

    private volatile bool _outage = true;

    public void OutageBegins() => _outage = true;

    public void OutageIsOver()
    {
        _outage = false;
        _said.Clear();
    }

    public ILogger CreateLogger(string categoryName) => new Logger(inner.CreateLogger(categoryName), this);

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    public void Dispose()
    {
    }

    private bool IsRepeated(string text) => _outage && (_said.Count >= Remembered || !_said.TryAdd(text, 0));

    private sealed class Logger(ILogger inner, OncePerOutageLoggerFactory factory) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel > LogLevel.Debug && inner.IsEnabled(logLevel) && factory.IsRepeated($"{formatter(state, exception)} {exception?.Message}"))
            {
                logLevel = LogLevel.Debug;
            }

            inner.Log(logLevel, eventId, state, exception, formatter);
        }
    }
}

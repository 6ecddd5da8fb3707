using Microsoft.Extensions.Logging;

namespace NatsRun.LocalServer;

public sealed partial class LocalNatsServer
{
    private static partial class Log
    {
        [LoggerMessage(EventId = 10, EventName = "ServerStarted", Level = LogLevel.Information,
            Message = "nats-server {Version} (process {ProcessId}) listens on {Url}, its data is in {StoreDirectory}")]
        public static partial void Started(ILogger logger, Version version, int? processId, string url, string storeDirectory);

        [LoggerMessage(EventId = 11, EventName = "ServerDied", Level = LogLevel.Warning,
            Message = "nats-server ended with code {ExitCode}; it is started again")]
        public static partial void Died(ILogger logger, int exitCode);

        [LoggerMessage(EventId = 12, EventName = "ServerRestartFailed", Level = LogLevel.Error,
            Message = "nats-server could not be started again; the next attempt follows")]
        public static partial void RestartFailed(ILogger logger, Exception exception);
    }
}

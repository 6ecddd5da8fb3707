using System.Text;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;

namespace NatsRun;

/// <summary>Makes the one connection that everything in a process shares.</summary>
internal static class NatsConnectionFactory
{
    public static NatsConnection Create(NatsServerOptions options, SubjectPrefixOptions prefixes, ILoggerFactory loggers)
    {
        var log = new OncePerOutageLoggerFactory(loggers);
        var connection = new NatsConnection(OptionsOf(options, prefixes, log));
        connection.ConnectionDisconnected += (_, _) =>
        {
            log.OutageBegins();
            return default;
        };
        connection.ConnectionOpened += (_, _) =>
        {
            log.OutageIsOver();
            return default;
        };
        return connection;
    }

    private static NatsOpts OptionsOf(NatsServerOptions options, SubjectPrefixOptions prefixes, ILoggerFactory loggers) => new()
    {
        Url = string.Join(',', NatsServerUrls.Split(options.Url!)),
        Name = options.Name,
        AuthOpts = new NatsAuthOpts
        {
            Username = options.User,
            Password = options.Password,
            Token = options.Token,
            AuthCredCallback = FileCredentials(options),
        },
        TlsOpts = new NatsTlsOpts
        {
            Mode = options.Tls.Mode,
            CaFile = NullIfEmpty(options.Tls.CaFile),
            CertFile = NullIfEmpty(options.Tls.CertFile),
            KeyFile = NullIfEmpty(options.Tls.KeyFile),
        },
        LoggerFactory = loggers,
        InboxPrefix = prefixes.Inbox,
        HeaderEncoding = Encoding.UTF8,
        ConnectTimeout = options.ConnectTimeout,
        // How long a stopping consumer waits for a server that may be away.
        DrainPingTimeout = TimeSpan.FromSeconds(1),
        ReconnectWaitMin = options.ReconnectWaitMin,
        ReconnectWaitMax = options.ReconnectWaitMax,
        ReconnectJitter = options.ReconnectWaitMin,
        // A server whose accounts are being repaired must find its clients again without a restart of theirs.
        IgnoreAuthErrorAbort = true,
    };

    /// <summary>Read anew for every attempt to connect, so that a renewed file counts without a restart.</summary>
    private static Func<Uri, CancellationToken, ValueTask<NatsAuthCred>>? FileCredentials(NatsServerOptions options) => options switch
    {
        { NKeyFile: { Length: > 0 } path } => (_, _) => ValueTask.FromResult(NatsAuthCred.FromNkey(CredentialFile.ReadSeed(path))),
        { CredsFile: { Length: > 0 } path } => (_, _) =>
        {
            var (jwt, seed) = CredentialFile.ReadCreds(path);
            return ValueTask.FromResult(NatsAuthCred.FromJwt(jwt, seed));
        },
        _ => null,
    };

    private static string? NullIfEmpty(string? value) => string.IsNullOrEmpty(value) ? null : value;
}

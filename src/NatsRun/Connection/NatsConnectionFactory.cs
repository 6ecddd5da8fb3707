using System.Text;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;

namespace NatsRun;

/// <summary>Makes the one connection that everything in a process shares.</summary>
internal static class NatsConnectionFactory
{
    public static NatsConnection Create(NatsServerOptions options, SubjectPrefixOptions prefixes, ILoggerFactory loggers) => new(new NatsOpts
    {
        Url = options.Url!,
        Name = options.Name,
        AuthOpts = new NatsAuthOpts
        {
            Username = options.User,
            Password = options.Password,
            Token = options.Token,
            NKeyFile = options.NKeyFile,
            CredsFile = options.CredsFile,
        },
        TlsOpts = new NatsTlsOpts
        {
            Mode = options.Tls.Mode,
            CaFile = options.Tls.CaFile,
            CertFile = options.Tls.CertFile,
            KeyFile = options.Tls.KeyFile,
        },
        LoggerFactory = loggers,
        InboxPrefix = prefixes.Inbox,
        HeaderEncoding = Encoding.UTF8,
        ConnectTimeout = options.ConnectTimeout,
        RetryOnInitialConnect = true,
        ReconnectWaitMin = options.ReconnectWaitMin,
        ReconnectWaitMax = options.ReconnectWaitMax,
        ReconnectJitter = options.ReconnectWaitMin,
        // A server whose accounts are being repaired must find its clients again without a restart of theirs.
        IgnoreAuthErrorAbort = true,
    });
}

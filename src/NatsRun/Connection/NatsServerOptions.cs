using NATS.Client.Core;

namespace NatsRun;

/// <summary>How NatsRun reaches the NATS server. Bound from the configuration section <c>NatsRun:Nats</c>.</summary>
public sealed class NatsServerOptions
{
    /// <summary>The configuration section these options are bound from.</summary>
    public const string Section = "NatsRun:Nats";

    /// <summary>
    /// Comma-separated server URLs, <c>nats://</c>, <c>tls://</c>, <c>ws://</c> or <c>wss://</c>; the first may hold a user and
    /// password (<c>nats://user:password@host</c>) or a token (<c>nats://token@host</c>), percent-encoded, instead of the options
    /// below. When it is not set, the configuration key <c>NATS_URL</c> (so also the environment variable) is used. Default:
    /// <c>nats://127.0.0.1:4222</c>.
    /// </summary>
    public string? Url { get; set; }

    /// <summary>The name that the server shows for this connection. Default: <c>natsrun</c>.</summary>
    public string Name { get; set; } = "natsrun";

    /// <summary>User name, together with <see cref="Password"/>. Default: none.</summary>
    public string? User { get; set; }

    /// <summary>Password of <see cref="User"/>. Default: none.</summary>
    public string? Password { get; set; }

    /// <summary>Token, for servers that ask for one. Default: none.</summary>
    public string? Token { get; set; }

    /// <summary>Path of a file with the NKey seed of a user. It is read anew for every connection. Default: none.</summary>
    public string? NKeyFile { get; set; }

    /// <summary>Path of a <c>.creds</c> file with a user JWT and its NKey seed. It is read anew for every connection. Default: none.</summary>
    public string? CredsFile { get; set; }

    /// <summary>TLS settings.</summary>
    public NatsServerTlsOptions Tls { get; set; } = new();

    /// <summary>How long one attempt to connect may take, at most one hour. Default: 2 seconds.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Shortest wait between two attempts to connect, more than zero. Default: 50 milliseconds.</summary>
    public TimeSpan ReconnectWaitMin { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Longest wait between two attempts, at most one hour, to which a jitter of as much again as the shortest is added. Default: 500 milliseconds.</summary>
    public TimeSpan ReconnectWaitMax { get; set; } = TimeSpan.FromMilliseconds(500);
}

/// <summary>TLS between NatsRun and the NATS server.</summary>
public sealed class NatsServerTlsOptions
{
    /// <summary>When TLS is used. Default: <see cref="TlsMode.Auto"/>, as the URL and the server ask for it.</summary>
    public TlsMode Mode { get; set; } = TlsMode.Auto;

    /// <summary>PEM file with the certificate authorities to trust, instead of the system's. Default: none.</summary>
    public string? CaFile { get; set; }

    /// <summary>PEM file with the client certificate; goes with <see cref="KeyFile"/>. Default: none.</summary>
    public string? CertFile { get; set; }

    /// <summary>PEM file with the private key of <see cref="CertFile"/>. Default: none.</summary>
    public string? KeyFile { get; set; }
}

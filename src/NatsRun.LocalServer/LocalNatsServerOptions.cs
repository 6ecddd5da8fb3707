namespace NatsRun.LocalServer;

/// <summary>Settings of a local nats-server. Configuration section: <see cref="SectionName"/>.</summary>
public sealed class LocalNatsServerOptions
{
    /// <summary>The configuration section that these options are read from.</summary>
    public const string SectionName = "NatsRun:LocalServer";

    /// <summary>
    /// Path of the nats-server program, 2.11 or newer. Default <see langword="null"/>: the environment variable
    /// <c>NATS_SERVER</c>, then the folders of <c>PATH</c>, then the place where <c>eng/setup</c> puts it.
    /// </summary>
    public string? ExecutablePath { get; set; }

    /// <summary>
    /// TCP port on 127.0.0.1, 0 to 65535. Default 0: a free one, picked once and kept over restarts.
    /// </summary>
    public int Port { get; set; }

    /// <summary>
    /// Folder of the JetStream files. Default <see langword="null"/>: a temporary folder that is deleted with the server.
    /// A folder given here is created where missing and kept; two servers never use it at the same time.
    /// </summary>
    public string? StoreDirectory { get; set; }

    /// <summary>
    /// An additional nats-server configuration file (accounts, TLS, clustering). Default <see langword="null"/>.
    /// Address, port, server name and store folder stay those of the local server. The file must not set
    /// <c>handshake_first</c>, since the server then answers to TLS clients only and is taken for dead.
    /// </summary>
    public string? ConfigFile { get; set; }

    /// <summary>How long the server may take until it answers. Default 10 seconds.</summary>
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the server may take to end by itself before it is killed. Default 5 seconds.</summary>
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(5);

    internal void ThrowIfInvalid()
    {
        var errors = new List<string>();
        if (Port is < 0 or > 65535)
        {
            errors.Add($"{SectionName}:{nameof(Port)} is {Port}, and must be 0 to 65535.");
        }

        if (StartTimeout <= TimeSpan.Zero)
        {
            errors.Add($"{SectionName}:{nameof(StartTimeout)} is {StartTimeout}, and must be more than 0.");
        }

        if (StopTimeout <= TimeSpan.Zero)
        {
            errors.Add($"{SectionName}:{nameof(StopTimeout)} is {StopTimeout}, and must be more than 0.");
        }

        if (ConfigFile is not null && !File.Exists(ConfigFile))
        {
            errors.Add($"{SectionName}:{nameof(ConfigFile)} is {ConfigFile}, and there is no such file.");
        }

        if (errors.Count > 0)
        {
            throw new LocalNatsServerException(string.Join(' ', errors));
        }
    }
}

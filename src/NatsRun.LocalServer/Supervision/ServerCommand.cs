using System.Globalization;

namespace NatsRun.LocalServer.Supervision;

/// <summary>How one nats-server is started; the same for every restart of it.</summary>
internal sealed record ServerCommand(
    string Program, string Name, int Port, string Store, string? TemporaryFolder, string? LockFile, string? ConfigFile, TimeSpan StopTimeout)
{
    public IEnumerable<string> CommandLine()
    {
        string[] fixedPart =
        [
            Program, "--addr", "127.0.0.1", "--port", Port.ToString(CultureInfo.InvariantCulture), "--server_name", Name,
            "--jetstream", "--store_dir", Store, "--logtime=false",
        ];
        return ConfigFile is null ? fixedPart : [.. fixedPart, "--config", ConfigFile];
    }
}

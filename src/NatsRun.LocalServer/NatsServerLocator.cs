using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace NatsRun.LocalServer;

/// <summary>A nats-server program that runs here and is new enough.</summary>
internal sealed record NatsServerProgram(string Path, Version Version);

/// <summary>
/// Finds nats-server: a configured path, <c>NATS_SERVER</c>, <c>PATH</c>, the place of <c>eng/setup</c>. A path that somebody named is
/// the only candidate; of the other two the first usable one is taken, since a distribution's own package is often too old.
/// </summary>
internal static partial class NatsServerLocator
{
    /// <summary>Several filter subjects per consumer need 2.10; batched Direct Get and TTLs per message need 2.11.</summary>
    private static readonly Version Oldest = new(2, 11);

    private const string WhatToDo =
        "Run eng/setup, or install nats-server 2.11 or newer (https://github.com/nats-io/nats-server/releases) and put it on the PATH or "
        + "name it in NATS_SERVER, or set NatsRun:Nats:Url (NATS_URL) to use a server that already runs.";

    public static async Task<NatsServerProgram> FindAsync(string? configuredPath, CancellationToken cancellationToken)
    {
        var found = new List<string>();
        foreach (var candidate in Candidates(configuredPath))
        {
            var (version, problem) = await ReadVersionAsync(candidate, cancellationToken).ConfigureAwait(false);
            if (version is not null)
            {
                return new NatsServerProgram(candidate, version);
            }

            found.Add($"{candidate} {problem}");
        }

        var reason = found.Count == 0 ? "No nats-server was found" : string.Join("; ", found);
        throw new LocalNatsServerException($"{reason}. {WhatToDo}");
    }

    private static IEnumerable<string> Candidates(string? configuredPath)
    {
        var named = configuredPath is { Length: > 0 } ? configuredPath : Environment.GetEnvironmentVariable("NATS_SERVER");
        return named is { Length: > 0 }
            ? [named]
            : new[] { ProgramPath.Find("nats-server", Environment.GetEnvironmentVariable("PATH")), SetupPlace() }.OfType<string>().Where(File.Exists);
    }

    /// <summary>Reads the version from what <c>nats-server --version</c> printed.</summary>
    private static Version? ParseVersion(string output) =>
        VersionPattern().Match(output) is { Success: true } match && Version.TryParse(match.Groups[1].Value, out var version) ? version : null;

    private static string? SetupPlace()
    {
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (cache is null || !Path.IsPathRooted(cache))
        {
            var home = Environment.GetEnvironmentVariable("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            cache = home.Length == 0 ? null : Path.Combine(home, ".cache");
        }

        return cache is null ? null : Path.Combine(cache, "natsrun", "bin", "nats-server");
    }

    private static async Task<(Version? Version, string Problem)> ReadVersionAsync(string path, CancellationToken cancellationToken)
    {
        string output;
        try
        {
            output = await RunAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            return (null, $"does not run ({e.Message})");
        }

        return ParseVersion(output) switch
        {
            null => (null, "is not nats-server: --version said nothing that can be read"),
            var version when version < Oldest => (null, $"is version {version}, and {Oldest} or newer is needed"),
            var version => (version, ""),
        };
    }

    private static async Task<string> RunAsync(string path, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(path, ["--version"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        try
        {
            process.StandardInput.Close();
            var ignored = process.StandardError.ReadToEndAsync(cancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
            await ignored.ConfigureAwait(false);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            return output;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    [GeneratedRegex(@"nats-server: v(\d+\.\d+\.\d+)")]
    private static partial Regex VersionPattern();
}

using NATS.NKeys;

namespace NatsRun;

/// <summary>
/// Reads the files that prove who this process is: an NKey seed, alone or in its decorated form, and <c>.creds</c>
/// (https://docs.nats.io/using-nats/developer/connecting/creds). No message of an exception holds what the file says.
/// </summary>
internal static class CredentialFile
{
    private const string UserSeedPrefix = "SU";
    private const string JwtHeading = "-----BEGIN NATS USER JWT-----";
    private const string SeedHeading = "-----BEGIN USER NKEY SEED-----";

    /// <summary>The user seed in an NKey file.</summary>
    /// <exception cref="FormatException">There is no sound user seed in it.</exception>
    public static string ReadSeed(string path) =>
        Checked(Lines(path).FirstOrDefault(l => l.StartsWith(UserSeedPrefix, StringComparison.Ordinal)), path);

    /// <summary>The user JWT and the seed in a <c>.creds</c> file.</summary>
    /// <exception cref="FormatException">One of them is missing or unsound.</exception>
    public static (string Jwt, string Seed) ReadCreds(string path)
    {
        var lines = Lines(path);
        var jwt = After(lines, JwtHeading);
        return jwt.Count(c => c == '.') == 2
            ? (jwt, Checked(After(lines, SeedHeading), path))
            : throw new FormatException($"the file '{path}' holds no user JWT.");
    }

    private static string[] Lines(string path) => [.. File.ReadLines(path).Select(l => l.Trim()).Where(l => l.Length > 0)];

    private static string After(string[] lines, string heading) =>
        lines.SkipWhile(l => !l.StartsWith(heading, StringComparison.Ordinal)).Skip(1).FirstOrDefault("");

    private static string Checked(string? seed, string path)
    {
        if (seed is null || !seed.StartsWith(UserSeedPrefix, StringComparison.Ordinal))
        {
            throw new FormatException($"the file '{path}' holds no user seed (a line that begins with {UserSeedPrefix}).");
        }

        try
        {
            using var pair = KeyPair.FromSeed(seed);
            return seed;
        }
        catch (Exception)
        {
            throw new FormatException($"the user seed in the file '{path}' is damaged.");
        }
    }
}

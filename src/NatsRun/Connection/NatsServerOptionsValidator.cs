using Microsoft.Extensions.Options;

namespace NatsRun;

/// <summary>Reports every unusable setting at once, by its key, and without its value where that may be a secret.</summary>
internal sealed class NatsServerOptionsValidator : IValidateOptions<NatsServerOptions>
{
    /// <summary>Longer waits are mistakes, and multiples of them are no time spans any more.</summary>
    private static readonly TimeSpan LongestTime = TimeSpan.FromHours(1);

    public ValidateOptionsResult Validate(string? name, NatsServerOptions options)
    {
        string?[] errors =
        [
            .. Urls(options.Url!),
            Identity(options),
            string.IsNullOrEmpty(options.User) && !string.IsNullOrEmpty(options.Password) ? Error("Password", "there is no User to go with it.") : null,
            FileAt(nameof(options.NKeyFile), options.NKeyFile, p => CredentialFile.ReadSeed(p)),
            FileAt(nameof(options.CredsFile), options.CredsFile, p => CredentialFile.ReadCreds(p)),
            .. Tls(options.Tls),
            Time(nameof(options.ConnectTimeout), options.ConnectTimeout),
            Time(nameof(options.ReconnectWaitMin), options.ReconnectWaitMin),
            Time(nameof(options.ReconnectWaitMax), options.ReconnectWaitMax),
            options.ReconnectWaitMax < options.ReconnectWaitMin ? Error(nameof(options.ReconnectWaitMax), $"{options.ReconnectWaitMax} is below ReconnectWaitMin, {options.ReconnectWaitMin}.") : null,
        ];
        var found = errors.OfType<string>().ToArray();
        return found.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(found);
    }

    private static IEnumerable<string?> Urls(string list)
    {
        const string key = "Url (or NATS_URL)";
        var urls = NatsServerUrls.Split(list);
        foreach (var url in urls.Where(u => !NatsServerUrls.IsUsable(u)))
        {
            yield return Error(key, $"'{NatsServerUrls.WithoutCredentials(url)}' is not a URL like nats://host:4222 (or with tls, ws or wss).");
        }

        if (urls.Skip(1).Any(NatsServerUrls.HasCredentials) && !NatsServerUrls.HasCredentials(urls[0]))
        {
            yield return Error(key, "a user in the list must stand in its first URL.");
        }
    }

    private static string? Identity(NatsServerOptions options)
    {
        (string Key, bool Given)[] identities =
        [
            ("Url (its user)", NatsServerUrls.Split(options.Url!).Any(NatsServerUrls.HasCredentials)),
            (nameof(options.User), !string.IsNullOrEmpty(options.User)),
            (nameof(options.Token), !string.IsNullOrEmpty(options.Token)),
            (nameof(options.NKeyFile), !string.IsNullOrEmpty(options.NKeyFile)),
            (nameof(options.CredsFile), !string.IsNullOrEmpty(options.CredsFile)),
        ];
        var given = identities.Where(i => i.Given).Select(i => i.Key).ToArray();
        return given.Length > 1 ? $"{NatsServerOptions.Section}: give one of {string.Join(", ", given)}, not {given.Length} of them." : null;
    }

    private static IEnumerable<string?> Tls(NatsServerTlsOptions tls)
    {
        yield return FileAt("Tls:CaFile", tls.CaFile, _ => { });
        yield return FileAt("Tls:CertFile", tls.CertFile, _ => { });
        yield return FileAt("Tls:KeyFile", tls.KeyFile, _ => { });
        if (string.IsNullOrEmpty(tls.CertFile) != string.IsNullOrEmpty(tls.KeyFile))
        {
            yield return Error("Tls", "CertFile and KeyFile go together.");
        }
    }

    private static string? Time(string key, TimeSpan value) =>
        value <= TimeSpan.Zero || value > LongestTime ? Error(key, $"{value} must be more than 0 and at most {LongestTime}.") : null;

    private static string? FileAt(string key, string? path, Action<string> read)
    {
        if (string.IsNullOrEmpty(path))
        {
            return null;
        }

        try
        {
            using (File.OpenRead(path))
            {
                read(path);
                return null;
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Error(key, $"the file '{path}' does not exist.");
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            return Error(key, e.Message);
        }
    }

    private static string Error(string key, string what) => $"{NatsServerOptions.Section}:{key}: {what}";
}

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace NatsRun;

/// <summary>Fills the URL from <c>NATS_URL</c> and reports every unusable setting at once, without its value where that is a secret.</summary>
internal sealed class NatsServerOptionsSetup(IConfiguration configuration)
    : IPostConfigureOptions<NatsServerOptions>, IValidateOptions<NatsServerOptions>
{
    public const string DefaultUrl = "nats://127.0.0.1:4222";

    public void PostConfigure(string? name, NatsServerOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.Url))
        {
            options.Url = configuration["NATS_URL"] is { Length: > 0 } url ? url : DefaultUrl;
        }
    }

    public ValidateOptionsResult Validate(string? name, NatsServerOptions options)
    {
        var errors = new List<string>();
        foreach (var url in options.Url!.Split(','))
        {
            if (!Uri.TryCreate(url.Trim(), UriKind.Absolute, out var uri) || uri.Scheme is not ("nats" or "tls" or "ws" or "wss"))
            {
                errors.Add($"{NatsServerOptions.Section}:Url (or NATS_URL) must be a comma-separated list of nats:// or tls:// URLs.");
            }
        }

        var identities = new[] { options.User, options.Token, options.NKeyFile, options.CredsFile }.Count(v => !string.IsNullOrEmpty(v));
        if (identities > 1)
        {
            errors.Add($"{NatsServerOptions.Section}: give one of User, Token, NKeyFile and CredsFile, not {identities} of them.");
        }

        CheckFile(errors, nameof(options.NKeyFile), options.NKeyFile);
        CheckFile(errors, nameof(options.CredsFile), options.CredsFile);
        CheckFile(errors, "Tls:CaFile", options.Tls.CaFile);
        CheckFile(errors, "Tls:CertFile", options.Tls.CertFile);
        CheckFile(errors, "Tls:KeyFile", options.Tls.KeyFile);
        if (string.IsNullOrEmpty(options.Tls.CertFile) != string.IsNullOrEmpty(options.Tls.KeyFile))
        {
            errors.Add($"{NatsServerOptions.Section}:Tls: CertFile and KeyFile go together.");
        }

        if (options.ConnectTimeout <= TimeSpan.Zero || options.ReconnectWaitMin <= TimeSpan.Zero || options.ReconnectWaitMax < options.ReconnectWaitMin)
        {
            errors.Add($"{NatsServerOptions.Section}: ConnectTimeout and ReconnectWaitMin must be positive, and ReconnectWaitMax not below ReconnectWaitMin.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static void CheckFile(List<string> errors, string key, string? path)
    {
        if (!string.IsNullOrEmpty(path) && !File.Exists(path))
        {
            errors.Add($"{NatsServerOptions.Section}:{key}: the file '{path}' does not exist.");
        }
    }
}

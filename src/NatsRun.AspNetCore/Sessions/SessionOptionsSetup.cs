using System.Security.Cryptography;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace NatsRun.AspNetCore;

/// <summary>Decides about guests by the environment, and reports every unusable setting at once.</summary>
internal sealed class SessionOptionsSetup(IHostEnvironment environment) : IPostConfigureOptions<SessionOptions>, IValidateOptions<SessionOptions>
{
    public void PostConfigure(string? name, SessionOptions options) => options.AllowGuests ??= environment.IsDevelopment();

    public ValidateOptionsResult Validate(string? name, SessionOptions options)
    {
        var errors = new List<string>();
        if (options.Lifetime < SessionOptions.MinLifetime || options.Lifetime > SessionOptions.MaxLifetime)
        {
            errors.Add($"{SessionOptions.Section}:{nameof(options.Lifetime)} must be between one minute and 400 days, not '{options.Lifetime}'.");
        }

        if (options.Replicas is < 1 or > 5)
        {
            errors.Add($"{SessionOptions.Section}:{nameof(options.Replicas)} must be between 1 and 5, not '{options.Replicas}'.");
        }

        CheckBuckets(errors, options);
        for (var i = 0; i < options.AllowedOrigins.Count; i++)
        {
            if (OriginPolicy.Normalize(options.AllowedOrigins[i]) is null)
            {
                errors.Add($"{SessionOptions.Section}:{nameof(options.AllowedOrigins)}:{i}: '{options.AllowedOrigins[i]}' is not an origin such as https://app.example.org (no path, no wildcard).");
            }
        }

        CheckCertificate(errors, nameof(options.KeyEncryptionCertificatePath), options.KeyEncryptionCertificatePath, options.KeyEncryptionCertificatePassword);
        CheckCertificate(errors, nameof(options.KeyDecryptionCertificatePath), options.KeyDecryptionCertificatePath, options.KeyDecryptionCertificatePassword);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static void CheckBuckets(List<string> errors, SessionOptions options)
    {
        CheckBucket(errors, nameof(options.KeyBucket), options.KeyBucket);
        CheckBucket(errors, nameof(options.RevocationBucket), options.RevocationBucket);
        if (options.KeyBucket == options.RevocationBucket)
        {
            errors.Add($"{SessionOptions.Section}: {nameof(options.KeyBucket)} and {nameof(options.RevocationBucket)} are both '{options.KeyBucket}'; each needs a bucket of its own.");
        }
    }

    private static void CheckBucket(List<string> errors, string key, string bucket)
    {
        if (string.IsNullOrEmpty(bucket) || !bucket.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            errors.Add($"{SessionOptions.Section}:{key}: '{bucket}' is not a bucket name: letters, digits, '-' and '_'.");
        }
    }

    private static void CheckCertificate(List<string> errors, string key, string? path, string? password)
    {
        try
        {
            SessionCertificates.Load(path, password)?.Dispose();
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            errors.Add($"{SessionOptions.Section}:{key}: '{path}' is not usable: {e.Message}");
        }
    }
}

namespace NatsRun.AspNetCore;

/// <summary>
/// How clients are recognised. Bound from the configuration section <c>NatsRun:Sessions</c>; all errors are reported when the host
/// starts. All nodes that serve the same clients need the same values.
/// </summary>
/// <remarks>
/// The cookie is named <c>clientId</c>: HttpOnly, SameSite=Lax, Path=/ (also below a path base), and Secure when the request came
/// over HTTPS, which behind a proxy needs the forwarded-headers middleware with the known proxies.
/// </remarks>
public sealed class SessionOptions
{
    /// <summary>The configuration section these options are bound from.</summary>
    public const string Section = "NatsRun:Sessions";

    internal static readonly TimeSpan MinLifetime = TimeSpan.FromMinutes(1);
    internal static readonly TimeSpan MaxLifetime = TimeSpan.FromDays(400);

    /// <summary>
    /// How long a cookie is valid. It is renewed when half of that is over, so a client that returns in time keeps its id. Between
    /// one minute and 400 days (browsers keep no cookie longer). A shorter value also ends cookies that were given out before; a
    /// longer one counts for new cookies only. Default: 30 days.
    /// </summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromDays(30);

    /// <summary>
    /// Origins besides the site's own that may open sockets and use unsafe HTTP methods, such as <c>https://app.example.org</c>:
    /// scheme, host and, unless it is the scheme's default, port; no path and no wildcard. Default: none.
    /// </summary>
    public IList<string> AllowedOrigins { get; } = [];

    /// <summary>
    /// Whether a socket without a cookie may choose its client id itself. Default: <see langword="null"/>, which becomes
    /// <see langword="true"/> in the Development environment and <see langword="false"/> in all others.
    /// </summary>
    public bool? AllowGuests { get; set; }

    /// <summary>
    /// The key-value bucket with the keys that encrypt and sign cookies. Whoever may read it can make cookies for every client,
    /// unless <see cref="KeyEncryptionCertificatePath"/> is set. Default: <c>session-keys</c>.
    /// </summary>
    public string KeyBucket { get; set; } = "session-keys";

    /// <summary>The key-value bucket with the revoked client ids. Default: <c>session-revocations</c>.</summary>
    public string RevocationBucket { get; set; } = "session-revocations";

    /// <summary>Replicas of both buckets, 1 to 5: 1 on a single server, 3 in a cluster. Default: 1.</summary>
    public int Replicas { get; set; } = 1;

    /// <summary>
    /// Path of a certificate with an RSA private key, as PFX or as PEM with both in one file, that encrypts the keys in the bucket.
    /// Every node needs the same one. A key is only readable with the certificate that it was written with. To replace the
    /// certificate, first give all nodes the next one in <see cref="KeyDecryptionCertificatePath"/>, then exchange the two settings.
    /// Default: <see langword="null"/>: the keys lie in clear in the bucket.
    /// </summary>
    public string? KeyEncryptionCertificatePath { get; set; }

    /// <summary>Password of the file at <see cref="KeyEncryptionCertificatePath"/>. Default: none.</summary>
    public string? KeyEncryptionCertificatePassword { get; set; }

    /// <summary>
    /// Path of a second certificate, the former or the next one, that keys are read with. New keys are always written with
    /// <see cref="KeyEncryptionCertificatePath"/>. Default: none.
    /// </summary>
    public string? KeyDecryptionCertificatePath { get; set; }

    /// <summary>Password of the file at <see cref="KeyDecryptionCertificatePath"/>. Default: none.</summary>
    public string? KeyDecryptionCertificatePassword { get; set; }
}

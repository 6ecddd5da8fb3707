using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace NatsRun.AspNetCore;

/// <summary>The certificates that keep the keys in the bucket secret. Both are optional.</summary>
/// <param name="Encryption">New keys are encrypted with this one; it decrypts too.</param>
/// <param name="Decryption">One that only decrypts.</param>
internal sealed record SessionCertificates(X509Certificate2? Encryption, X509Certificate2? Decryption)
{
    public static SessionCertificates Load(SessionOptions options) => new(
        Load(options.KeyEncryptionCertificatePath, options.KeyEncryptionCertificatePassword),
        Load(options.KeyDecryptionCertificatePath, options.KeyDecryptionCertificatePassword));

    /// <summary>Reads a certificate with its private key.</summary>
    /// <exception cref="CryptographicException">The file holds no certificate with an RSA private key, or the password is wrong.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static X509Certificate2? Load(string? path, string? password)
    {
        if (string.IsNullOrEmpty(path))
        {
            return null;
        }

        var bytes = File.ReadAllBytes(path);
        var certificate = bytes.AsSpan().IndexOf("-----BEGIN "u8) < 0
            ? X509CertificateLoader.LoadPkcs12(bytes, password)
            : string.IsNullOrEmpty(password)
                ? X509Certificate2.CreateFromPemFile(path, path)
                : X509Certificate2.CreateFromEncryptedPemFile(path, password, path);
        using var key = certificate.GetRSAPrivateKey();
        return key is null ? throw new CryptographicException("there is no RSA private key in it") : certificate;
    }
}

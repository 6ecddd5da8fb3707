using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace NatsRun.AspNetCore;

/// <summary>
/// Encrypts and verifies tickets with one fixed set of keys. It is ASP.NET Core Data Protection in a service provider of its own,
/// apart from the application's, over keys that are all in memory. When the set of keys changes a new ring takes the place of
/// this one: a Data Protection stack that learns of new keys refreshes itself in the background and meanwhile refuses what was
/// made with them. Thread-safe.
/// </summary>
internal sealed class SessionKeyRing
{
    private const string ApplicationName = "NatsRun.Sessions";
    private const string Purpose = "NatsRun.Sessions.ClientId.v1";

    // A protected payload begins with a magic number (4 bytes) and the key's id (16).
    // https://learn.microsoft.com/aspnet/core/security/data-protection/implementation/authenticated-encryption-details
    private const int KeyIdOffset = 4;
    private const int KeyIdEnd = 20;

    private readonly IDataProtector _protector;
    private readonly HashSet<Guid> _keyIds;
    private readonly TicketCache _verified = new();

    private SessionKeyRing(IDataProtector protector, IReadOnlyCollection<IKey> keys)
    {
        _protector = protector;
        _keyIds = [.. keys.Select(key => key.KeyId)];
        Keys = keys;
    }

    /// <summary>The keys, revoked and expired ones included.</summary>
    public IReadOnlyCollection<IKey> Keys { get; }

    /// <summary>Makes a ring. It is not proven yet that any of the keys can be used.</summary>
    /// <param name="elements">The keys and their revocations as XML, encrypted or not.</param>
    /// <param name="certificates">What encrypted keys are decrypted with.</param>
    /// <param name="loggers">Where Data Protection logs.</param>
    public static SessionKeyRing Create(IEnumerable<string> elements, SessionCertificates certificates, ILoggerFactory loggers)
    {
        var services = BuildStack(new InMemoryKeys([.. elements]), certificates, loggers);
        return new(
            services.GetRequiredService<IDataProtectionProvider>().CreateProtector(Purpose),
            services.GetRequiredService<IKeyManager>().GetAllKeys());
    }

    /// <summary>Makes a key, as XML and encrypted where a certificate says so, and stores it nowhere.</summary>
    public static string CreateKey(DateTimeOffset activation, DateTimeOffset expiration, SessionCertificates certificates, ILoggerFactory loggers)
    {
        var made = new InMemoryKeys([]);
        BuildStack(made, certificates, loggers).GetRequiredService<IKeyManager>().CreateNewKey(activation, expiration);
        return made.Stored.Single();
    }

    /// <summary>Makes the first ticket, so that everything slow or faulty shows here and not in a request.</summary>
    /// <exception cref="NatsRunStartException">None of the keys can be used.</exception>
    public void Prove()
    {
        try
        {
            _protector.Protect([0]);
        }
        catch (Exception e) when (e is CryptographicException or InvalidOperationException)
        {
            throw new NatsRunStartException(
                $"None of the {Keys.Count} session keys can be used. If they were encrypted, {SessionOptions.Section}:{nameof(SessionOptions.KeyEncryptionCertificatePath)} (or {nameof(SessionOptions.KeyDecryptionCertificatePath)}) must name that certificate: {e.Message}", e);
        }
    }

    /// <summary>The ticket as the text of a cookie.</summary>
    public string Protect(SessionTicket ticket) => Base64Url.EncodeToString(_protector.Protect(ticket.Encode()));

    /// <summary>The ticket in a cookie, or <see langword="null"/> when it is none of ours. Expiry and revocation are not looked at.</summary>
    public SessionTicket? Read(ReadOnlySpan<char> cookie) => _verified.Find(cookie) ?? ReadSlow(cookie);

    private SessionTicket? ReadSlow(ReadOnlySpan<char> cookie)
    {
        var bytes = new byte[Base64Url.GetMaxDecodedLength(cookie.Length)];
        if (!Base64Url.TryDecodeFromChars(cookie, bytes, out var length) || length < KeyIdEnd)
        {
            return null;
        }

        // Data Protection would look for an unknown key again, and throw. What is not ours shall cost as little as possible.
        if (!_keyIds.Contains(new Guid(bytes.AsSpan(KeyIdOffset..KeyIdEnd))))
        {
            return null;
        }

        try
        {
            var ticket = SessionTicket.Decode(_protector.Unprotect(bytes[..length]));
            if (ticket is not null)
            {
                _verified.Add(cookie.ToString(), ticket);
            }

            return ticket;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <remarks>Nothing in the provider needs to be disposed of; a ring that was replaced is garbage once no request uses it.</remarks>
    private static ServiceProvider BuildStack(IXmlRepository keys, SessionCertificates certificates, ILoggerFactory loggers)
    {
        var services = new ServiceCollection();
        services.AddSingleton(loggers);
        services.AddLogging();
        services.Configure<KeyManagementOptions>(options => options.XmlRepository = keys);
        var protection = services.AddDataProtection().SetApplicationName(ApplicationName).DisableAutomaticKeyGeneration();
        if (certificates.Encryption is { } encryption)
        {
            protection.ProtectKeysWithCertificate(encryption);
        }

        X509Certificate2?[] readable = [certificates.Encryption, certificates.Decryption];
        protection.UnprotectKeysWithAnyCertificate([.. readable.OfType<X509Certificate2>()]);

        return services.BuildServiceProvider();
    }

    private sealed class InMemoryKeys(IReadOnlyList<string> elements) : IXmlRepository
    {
        public List<string> Stored { get; } = [];

        public IReadOnlyCollection<XElement> GetAllElements() => [.. elements.Select(XElement.Parse)];

        public void StoreElement(XElement element, string friendlyName) => Stored.Add(element.ToString(SaveOptions.DisableFormatting));
    }
}

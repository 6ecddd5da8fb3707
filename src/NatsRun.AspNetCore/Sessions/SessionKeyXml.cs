using System.Security.Cryptography.X509Certificates;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace NatsRun.AspNetCore;

/// <summary>Keys as Data Protection writes and reads them: XML, encrypted where a certificate says so.</summary>
internal static class SessionKeyXml
{
    /// <summary>Reads keys, revoked and expired ones included. Whether one can be decrypted shows when it is used first.</summary>
    public static IReadOnlyCollection<IKey> Read(IEnumerable<string> elements, SessionCertificates certificates, ILoggerFactory loggers) =>
        BuildManager(new InMemoryElements([.. elements]), certificates, loggers).GetAllKeys();

    /// <summary>Makes a key and stores it nowhere.</summary>
    public static string Create(DateTimeOffset activation, DateTimeOffset expiration, SessionCertificates certificates, ILoggerFactory loggers)
    {
        var made = new InMemoryElements([]);
        BuildManager(made, certificates, loggers).CreateNewKey(activation, expiration);
        return made.Stored.Single();
    }

    /// <remarks>Nothing in the provider needs to be disposed of.</remarks>
    private static IKeyManager BuildManager(InMemoryElements elements, SessionCertificates certificates, ILoggerFactory loggers)
    {
        var services = new ServiceCollection().AddSingleton(loggers).AddLogging();
        services.Configure<KeyManagementOptions>(options => options.XmlRepository = elements);
        var protection = services.AddDataProtection();
        if (certificates.Encryption is { } encryption)
        {
            protection.ProtectKeysWithCertificate(encryption);
        }

        X509Certificate2?[] readable = [certificates.Encryption, certificates.Decryption];
        protection.UnprotectKeysWithAnyCertificate([.. readable.OfType<X509Certificate2>()]);
        return services.BuildServiceProvider().GetRequiredService<IKeyManager>();
    }

    private sealed class InMemoryElements(IReadOnlyList<string> elements) : IXmlRepository
    {
        public List<string> Stored { get; } = [];

        public IReadOnlyCollection<XElement> GetAllElements() => [.. elements.Select(XElement.Parse)];

        public void StoreElement(XElement element, string friendlyName) => Stored.Add(element.ToString(SaveOptions.DisableFormatting));
    }
}

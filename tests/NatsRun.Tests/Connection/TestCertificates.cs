using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NatsRun.Testing;

namespace NatsRun.Tests.Connection;

/// <summary>A certificate authority of the test's own, with a certificate for a server on 127.0.0.1 and one for a client, as PEM files.</summary>
internal sealed class TestCertificates : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TestCertificates()
    {
        using var caKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=NatsRun test CA", caKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        using var ca = request.CreateSelfSigned(NotBefore, NotAfter);
        File.WriteAllText(CaFile, ca.ExportCertificatePem());
        Issue(ca, "server");
        Issue(ca, "client");
    }

    public string CaFile => FileOf("ca.crt");

    public string ClientCertificate => FileOf("client.crt");

    public string ClientKey => FileOf("client.key");

    /// <summary>The tls block of a server's configuration.</summary>
    public string ServerConfig(bool verify = false) =>
        $$"""tls { cert_file: "{{FileOf("server.crt")}}", key_file: "{{FileOf("server.key")}}", ca_file: "{{CaFile}}", verify: {{(verify ? "true" : "false")}}, timeout: 5 }""";

    public void Dispose() => _folder.Dispose();

    private static DateTimeOffset NotBefore => DateTimeOffset.UtcNow.AddHours(-1);

    private static DateTimeOffset NotAfter => DateTimeOffset.UtcNow.AddHours(1);

    private string FileOf(string name) => Path.Combine(_folder.Path, name);

    private void Issue(X509Certificate2 ca, string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new("1.3.6.1.5.5.7.3.1"), new("1.3.6.1.5.5.7.3.2")], false));
        using var certificate = request.Create(ca, NotBefore.AddMinutes(1), NotAfter.AddMinutes(-1), RandomNumberGenerator.GetBytes(12));
        File.WriteAllText(FileOf(name + ".crt"), certificate.ExportCertificatePem());
        File.WriteAllText(FileOf(name + ".key"), key.ExportPkcs8PrivateKeyPem());
    }
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using NatsRun.Testing;

namespace NatsRun.AspNetCore.Tests.Sessions;

public class SessionKeysTests(NatsServerFixture nats)
{
    private static readonly SessionCertificates NoCertificates = new(null, null);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_ManyNodesAtOnceOnAnEmptyBucket_AgreeOnOneKey()
    {
        var names = new SessionNames();
        var nodes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => SessionNode.StartAsync(nats.Url, names)));
        await using var connection = await nats.ConnectAsync();
        try
        {
            Assert.Single(await Buckets.ReadAsync(connection, names.Keys));
            foreach (var node in nodes)
            {
                var (cookie, id) = await node.NewClientAsync();
                foreach (var other in nodes)
                {
                    Assert.Equal($"Valid {id}", (await other.GetAsync("/read", cookie)).Text);
                }
            }
        }
        finally
        {
            await Task.WhenAll(nodes.Select(node => node.DisposeAsync().AsTask()));
        }
    }

    [Fact]
    public async Task Watch_KeyOfAnotherNode_IsUsedAtOnceByBoth()
    {
        var names = new SessionNames();
        await using var one = await SessionNode.StartAsync(nats.Url, names);
        await using var two = await SessionNode.StartAsync(nats.Url, names);
        await using var connection = await nats.ConnectAsync();
        var (oldCookie, oldId) = await one.NewClientAsync();
        Assert.Equal($"Valid {oldId}", (await two.GetAsync("/read", oldCookie)).Text);

        var now = DateTimeOffset.UtcNow;
        await PutAsync(connection, names, "other", SessionKeyXml.Create(now, now.AddDays(90), NoCertificates, NullLoggerFactory.Instance));
        await Eventually.True(() => Keys(one).Count == 2 && Keys(two).Count == 2, "both watch");
        var (newCookie, newId) = await one.NewClientAsync();

        Assert.NotEqual(KeyOf(oldCookie), KeyOf(newCookie));
        Assert.Equal($"Valid {newId}", (await two.GetAsync("/read", newCookie)).Text);
        Assert.Equal($"Valid {oldId}", (await two.GetAsync("/read", oldCookie)).Text);
        Assert.Equal($"Valid {oldId}", (await one.GetAsync("/read", oldCookie)).Text);
    }

    [Fact]
    public async Task Check_KeyNearItsEnd_GetsOneSuccessorHoweverManyNodesLook()
    {
        var names = new SessionNames();
        await using var one = await SessionNode.StartAsync(nats.Url, names);
        await using var two = await SessionNode.StartAsync(nats.Url, names);
        await using var connection = await nats.ConnectAsync();

        one.Time.Advance(TimeSpan.FromDays(82));
        Assert.Single(Keys(one));
        one.Time.Advance(TimeSpan.FromDays(2));
        two.Time.Advance(TimeSpan.FromDays(84));
        await Eventually.True(() => Keys(one).Count == 2 && Keys(two).Count == 2, "a successor is made and watched");
        one.Time.Advance(TimeSpan.FromHours(1));
        two.Time.Advance(TimeSpan.FromHours(1));
        await Eventually.True(() => Keys(one).Count == 2 && Keys(two).Count == 2, "there is no third");

        var keys = Keys(one).OrderBy(key => key.ActivationDate).ToArray();
        Assert.Equal(keys[0].ExpirationDate, keys[1].ActivationDate);
        Assert.Equal(2, (await Buckets.ReadAsync(connection, names.Keys)).Count);
    }

    [Fact]
    public async Task Check_SuccessorBecomesActive_IsUsedForNewCookiesAndOldOnesStayValid()
    {
        var names = new SessionNames();
        await using var one = await SessionNode.StartAsync(nats.Url, names, ("NatsRun:Sessions:Lifetime", "200.00:00:00"));
        await using var two = await SessionNode.StartAsync(nats.Url, names, ("NatsRun:Sessions:Lifetime", "200.00:00:00"));
        var (oldCookie, oldId) = await one.NewClientAsync();
        one.Time.Advance(TimeSpan.FromDays(84));
        two.Time.Advance(TimeSpan.FromDays(84));
        await Eventually.True(() => Keys(one).Count == 2 && Keys(two).Count == 2, "a successor is made and watched");
        Assert.Equal(KeyOf(oldCookie), KeyOf((await one.NewClientAsync()).Cookie));

        one.Time.Advance(TimeSpan.FromDays(7));
        var (newCookie, newId) = await one.NewClientAsync();

        Assert.NotEqual(KeyOf(oldCookie), KeyOf(newCookie));
        Assert.Equal($"Valid {newId}", (await two.GetAsync("/read", newCookie)).Text);
        Assert.Equal($"Valid {oldId}", (await one.GetAsync("/read", oldCookie)).Text);
    }

    [Fact]
    public async Task Start_OnlyAnExpiredKey_ReadsItsCookiesAndMakesASuccessor()
    {
        var names = new SessionNames();
        await using (await SessionNode.StartAsync(nats.Url, names))
        {
        }

        await using var connection = await nats.ConnectAsync();
        var store = await Buckets.OpenAsync(connection, names.Keys);
        var now = DateTimeOffset.UtcNow;
        await store.PutAsync("first", SessionKeyXml.Create(now.AddDays(-100), now.AddDays(-10), NoCertificates, NullLoggerFactory.Instance), cancellationToken: Stop);

        await using var node = await SessionNode.StartAsync(nats.Url, names);
        var (cookie, id) = await node.NewClientAsync();

        await Eventually.Equal(2, () => Keys(node).Count, "the expired key gets a successor");
        Assert.Equal($"Valid {id}", (await node.GetAsync("/read", cookie)).Text);
    }

    [Fact]
    public async Task Watch_AllKeysRemoved_EndsAllSessionsAndMakesANewKeyOnce()
    {
        var names = new SessionNames();
        await using var one = await SessionNode.StartAsync(nats.Url, names);
        await using var two = await SessionNode.StartAsync(nats.Url, names);
        await using var connection = await nats.ConnectAsync();
        var (cookie, _) = await one.NewClientAsync();

        await (await Buckets.OpenAsync(connection, names.Keys)).PurgeAsync("first", cancellationToken: Stop);

        await Eventually.Equal("Invalid ", async () => (await one.GetAsync("/read", cookie)).Text, "the key was withdrawn");
        await Eventually.Equal("Invalid ", async () => (await two.GetAsync("/read", cookie)).Text, "the key was withdrawn");
        await Eventually.True(() => Keys(one).Single().KeyId == Keys(two).Single().KeyId, "both take the new key");
        var (next, id) = await one.NewClientAsync();
        Assert.Equal($"Valid {id}", (await two.GetAsync("/read", next)).Text);
    }

    [Fact]
    public async Task Watch_EntryThatIsNoKey_IsIgnored()
    {
        var names = new SessionNames();
        await using var node = await SessionNode.StartAsync(nats.Url, names);
        await using var connection = await nats.ConnectAsync();
        var (cookie, id) = await node.NewClientAsync();

        await PutAsync(connection, names, "junk", "<not xml");
        await PutAsync(connection, names, "more", "<other/>");
        await Eventually.True(() => node.Log.Has("NotAKey"), "the node says so");

        Assert.Equal($"Valid {id}", (await node.GetAsync("/read", cookie)).Text);
    }

    [Theory]
    [InlineData("<not xml")]
    [InlineData("<other/>")]
    [InlineData("")]
    public async Task Start_SomethingElseInThePlaceOfTheKey_StopsTheStart(string junk)
    {
        var names = new SessionNames();
        await using (await SessionNode.StartAsync(nats.Url, names))
        {
        }

        await using var connection = await nats.ConnectAsync();
        await PutAsync(connection, names, "first", junk);

        var failure = await Assert.ThrowsAsync<NatsRunStartException>(() => SessionNode.StartAsync(nats.Url, names));
        Assert.Contains("bucket", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restart_OfTheServer_KeepsKeysAndWatches()
    {
        await using var server = await NatsServerFixture.StartAsync();
        var names = new SessionNames();
        await using var node = await SessionNode.StartAsync(server.Url, names);
        var (cookie, id) = await node.NewClientAsync();
        await server.KillAsync();
        await server.RestartAsync();
        await using var connection = await server.ConnectAsync();
        var now = DateTimeOffset.UtcNow;

        await PutAsync(connection, names, "other", SessionKeyXml.Create(now, now.AddDays(90), NoCertificates, NullLoggerFactory.Instance));

        await Eventually.Equal(2, () => Keys(node).Count, "the node watches again");
        Assert.Equal($"Valid {id}", (await node.GetAsync("/read", cookie)).Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Start_WithACertificate_KeysAreEncryptedAndShared(bool pem)
    {
        using var folder = new TemporaryFolder();
        var path = WriteCertificate(folder, pem);
        (string, string)[] settings =
        [
            ("NatsRun:Sessions:KeyEncryptionCertificatePath", path),
            ("NatsRun:Sessions:KeyEncryptionCertificatePassword", "secret"),
        ];
        var names = new SessionNames();
        await using var one = await SessionNode.StartAsync(nats.Url, names, settings);
        await using var two = await SessionNode.StartAsync(nats.Url, names, settings);
        await using var connection = await nats.ConnectAsync();
        var (cookie, id) = await one.NewClientAsync();

        Assert.Equal($"Valid {id}", (await two.GetAsync("/read", cookie)).Text);
        Assert.Contains("<EncryptedData", (await Buckets.ReadAsync(connection, names.Keys))["first"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_CertificateReplaced_TheFormerOneStillDecrypts()
    {
        using var folder = new TemporaryFolder();
        var (former, next) = (WriteCertificate(folder, false, "former"), WriteCertificate(folder, false, "next"));
        var names = new SessionNames();
        await using var one = await SessionNode.StartAsync(
            nats.Url, names, ("NatsRun:Sessions:KeyEncryptionCertificatePath", former), ("NatsRun:Sessions:KeyEncryptionCertificatePassword", "secret"));
        await using var two = await SessionNode.StartAsync(
            nats.Url,
            names,
            ("NatsRun:Sessions:KeyEncryptionCertificatePath", next),
            ("NatsRun:Sessions:KeyEncryptionCertificatePassword", "secret"),
            ("NatsRun:Sessions:KeyDecryptionCertificatePath", former),
            ("NatsRun:Sessions:KeyDecryptionCertificatePassword", "secret"));
        var (cookie, id) = await one.NewClientAsync();

        Assert.Equal($"Valid {id}", (await two.GetAsync("/read", cookie)).Text);
    }

    [Fact]
    public async Task Start_KeysOfAnotherCertificate_StopsTheStartAndSaysWhy()
    {
        using var folder = new TemporaryFolder();
        var names = new SessionNames();
        await using var one = await SessionNode.StartAsync(
            nats.Url, names, ("NatsRun:Sessions:KeyEncryptionCertificatePath", WriteCertificate(folder, false)), ("NatsRun:Sessions:KeyEncryptionCertificatePassword", "secret"));

        var failure = await Assert.ThrowsAsync<NatsRunStartException>(() => SessionNode.StartAsync(nats.Url, names));

        Assert.Contains("KeyEncryptionCertificatePath", failure.Message, StringComparison.Ordinal);
    }

    private static async Task PutAsync(NATS.Client.Core.NatsConnection connection, SessionNames names, string slot, string value) =>
        await (await Buckets.OpenAsync(connection, names.Keys)).PutAsync(slot, value, cancellationToken: Stop);

    private static IReadOnlyCollection<Microsoft.AspNetCore.DataProtection.KeyManagement.IKey> Keys(SessionNode node) =>
        node.Get<SessionKeys>().Current!.Keys;

    private static string KeyOf(string cookie) =>
        Convert.ToHexString(System.Buffers.Text.Base64Url.DecodeFromChars(cookie.AsSpan("clientId=".Length))[4..20]);

    private static string WriteCertificate(TemporaryFolder folder, bool pem, string name = "certificate")
    {
        using var key = RSA.Create(2048);
        using var certificate = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var path = Path.Combine(folder.Path, name);
        if (pem)
        {
            var encryption = new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1_000);
            File.WriteAllText(path, certificate.ExportCertificatePem() + "\n" + key.ExportEncryptedPkcs8PrivateKeyPem("secret", encryption));
        }
        else
        {
            File.WriteAllBytes(path, certificate.Export(X509ContentType.Pfx, "secret"));
        }

        return path;
    }
}

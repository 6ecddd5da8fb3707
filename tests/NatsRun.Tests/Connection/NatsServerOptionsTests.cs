using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using NATS.NKeys;
using NatsRun.Testing;

namespace NatsRun.Tests.Connection;

public sealed class NatsServerOptionsTests
{
    [Fact]
    public void Url_NothingSet_IsTheLocalServer() => Assert.Equal("nats://127.0.0.1:4222", Read([]).Url);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    public void Url_OnlyTheVariableSet_IsTheVariable(string? option) =>
        Assert.Equal("nats://variable:1", Read(new() { ["NATS_URL"] = "nats://variable:1", ["NatsRun:Nats:Url"] = option }).Url);

    [Fact]
    public void Url_BothSet_IsTheOption() =>
        Assert.Equal("nats://option:1", Read(new() { ["NATS_URL"] = "nats://variable:1", ["NatsRun:Nats:Url"] = "nats://option:1" }).Url);

    [Theory]
    [InlineData("nats://a")]
    [InlineData("tls://a:1")]
    [InlineData("ws://a:1/path")]
    [InlineData("wss://a")]
    [InlineData("nats://[::1]:4222")]
    [InlineData("nats://user:pass@a:1, nats://b:2")]
    public void Url_Usable_IsTaken(string url) => Assert.Equal(url, Read(Node.At(url)).Url);

    [Theory]
    [InlineData("http://a:1")]
    [InlineData("a:4222")]
    [InlineData("nats://")]
    [InlineData("nats://a,")]
    [InlineData("nats://a:99999")]
    [InlineData("nats://user:pa ss/wd@:x")]
    public void Url_Unusable_IsReportedByItsKeysAndWithoutItsPassword(string url)
    {
        var error = Assert.Single(Errors(Node.At(url)));

        Assert.StartsWith("NatsRun:Nats:Url (or NATS_URL): ", error);
        Assert.DoesNotContain("pa ss", error);
    }

    [Fact]
    public void Url_UserOnlyInALaterEntry_IsReported() =>
        Assert.Contains("first", Assert.Single(Errors(Node.At("nats://a,nats://user:pass@b"))));

    [Fact]
    public void Settings_AllUnusable_AreReportedAtOnceByTheirKeys()
    {
        var errors = Errors(Node.At(
            "http://somewhere",
            ("Password", "s3cret"),
            ("Token", "t0ken"),
            ("NKeyFile", "/no/such/user.nk"),
            ("CredsFile", "/no/such/user.creds"),
            ("Tls:CaFile", "/no/such/ca.crt"),
            ("Tls:CertFile", "/no/such/client.crt"),
            ("ConnectTimeout", "00:00:00"),
            ("ReconnectWaitMin", "-00:00:01"),
            ("ReconnectWaitMax", "2.00:00:00")));

        string[] expected =
        [
            "NatsRun:Nats:Url (or NATS_URL): 'http://somewhere'",
            "NatsRun:Nats: give one of Token, NKeyFile, CredsFile, not 3 of them",
            "NatsRun:Nats:Password: there is no User",
            "NatsRun:Nats:NKeyFile: the file '/no/such/user.nk' does not exist",
            "NatsRun:Nats:CredsFile: the file '/no/such/user.creds' does not exist",
            "NatsRun:Nats:Tls:CaFile: the file '/no/such/ca.crt' does not exist",
            "NatsRun:Nats:Tls:CertFile: the file '/no/such/client.crt' does not exist",
            "NatsRun:Nats:Tls: CertFile and KeyFile go together",
            "NatsRun:Nats:ConnectTimeout: 00:00:00 must be more than 0",
            "NatsRun:Nats:ReconnectWaitMin: -00:00:01 must be more than 0",
            "NatsRun:Nats:ReconnectWaitMax: 2.00:00:00 must be",
        ];
        Assert.All(expected, e => Assert.Contains(errors, found => found.StartsWith(e, StringComparison.Ordinal)));
        Assert.Equal(expected.Length, errors.Length);
        Assert.All(errors, e => Assert.DoesNotMatch("s3cret|t0ken", e));
    }

    [Fact]
    public async Task Start_UnusableSettings_StopTheHost()
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => Node.StartAsync(Node.At("http://a", ("ConnectTimeout", "00:00:00"))));

        Assert.Equal(2, failure.Failures.Count());
    }

    [Fact]
    public void ReconnectWaitMax_BelowTheShortest_IsReported() =>
        Assert.StartsWith("NatsRun:Nats:ReconnectWaitMax: 00:00:01 is below ReconnectWaitMin", Assert.Single(Errors(Node.At("nats://a", ("ReconnectWaitMin", "00:00:02"), ("ReconnectWaitMax", "00:00:01")))));

    [Fact]
    public void Identity_InTheUrlAndInAnOption_IsReported() =>
        Assert.Equal(
            "NatsRun:Nats: give one of Url (its user), User, not 2 of them.",
            Assert.Single(Errors(Node.At("nats://ada:s3cret@a", ("User", "bob"), ("Password", "other")))));

    [Theory]
    [InlineData("NKeyFile", "", "holds no user seed")]
    [InlineData("NKeyFile", "UD466L6EBCM3YY5HEGHJANNTN4LSKTSUXTH7RILHCKEQMQHTBNLHJJXT", "holds no user seed")]
    [InlineData("NKeyFile", "SUAKYRHVIOREXV7EUZTBHUHL7NUMHPMAS7QMDU3GTIUWEI5LDNOXD43IZA", "is damaged")]
    [InlineData("CredsFile", "", "holds no user JWT")]
    [InlineData("CredsFile", "-----BEGIN NATS USER JWT-----\n", "holds no user JWT")]
    [InlineData("CredsFile", "-----BEGIN NATS USER JWT-----\na.b.c\n", "holds no user seed")]
    [InlineData("CredsFile", "-----BEGIN NATS USER JWT-----\na.b.c\n-----BEGIN USER NKEY SEED-----\nSUAKYRHV", "is damaged")]
    public void File_WithoutSoundCredentials_IsReportedWithoutItsContent(string key, string content, string what)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "credentials");
        File.WriteAllText(path, content);

        var error = Assert.Single(Errors(Node.At("nats://a", (key, path))));

        Assert.StartsWith($"NatsRun:Nats:{key}: ", error);
        Assert.Contains(what, error);
        Assert.DoesNotContain("SUAKYRHV", error);
    }

    [Fact]
    public void File_IsAFolder_IsReported()
    {
        using var folder = new TemporaryFolder();

        Assert.StartsWith("NatsRun:Nats:CredsFile: ", Assert.Single(Errors(Node.At("nats://a", ("CredsFile", folder.Path)))));
    }

    [Fact]
    public void File_SeedWithByteOrderMark_IsTaken()
    {
        using var folder = new TemporaryFolder();
        using var pair = KeyPair.CreatePair(PrefixByte.User);
        var path = Path.Combine(folder.Path, "user.nk");
        File.WriteAllText(path, pair.GetSeed(), System.Text.Encoding.UTF8);

        Assert.Equal(path, Read(Node.At("nats://a", ("NKeyFile", path))).NKeyFile);
    }

    private static NatsServerOptions Read(Dictionary<string, string?> settings) =>
        new Node(settings).Services.GetRequiredService<IOptions<NatsServerOptions>>().Value;

    private static string[] Errors(Dictionary<string, string?> settings) =>
        [.. Assert.Throws<OptionsValidationException>(() => Read(settings)).Failures];
}

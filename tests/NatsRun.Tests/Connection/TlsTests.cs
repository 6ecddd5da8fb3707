using NATS.Client.Core;
using NatsRun.Testing;

namespace NatsRun.Tests.Connection;

public sealed class TlsTests : IDisposable
{
    private readonly TestCertificates _certificates = new();

    [Theory]
    [InlineData("nats://")]
    [InlineData("tls://")]
    public async Task Start_CaFile_TrustsTheServer(string scheme)
    {
        await using var server = await NatsServerFixture.StartAsync(_certificates.ServerConfig());
        await using var node = await Node.StartAsync(Node.At(server.Url.Replace("nats://", scheme), ("Tls:CaFile", _certificates.CaFile)));

        await node.BecomesReadyAsync();
        Assert.True(node.Nats.ServerInfo!.TlsRequired);
    }

    [Fact]
    public async Task Start_UnknownAuthority_IsUnreadyAndSaysThatTheCertificateIsNotTrusted()
    {
        await using var server = await NatsServerFixture.StartAsync(_certificates.ServerConfig());
        await using var node = await Node.StartAsync(Node.At(server.Url, ("ConnectTimeout", "00:00:01")));

        await NotReadyBecauseAsync(node, "certificate");
    }

    [Fact]
    public async Task Start_ClientCertificate_IsAcceptedByAServerThatVerifies()
    {
        await using var server = await NatsServerFixture.StartAsync(_certificates.ServerConfig(verify: true));
        await using var node = await Node.StartAsync(Node.At(
            server.Url,
            ("Tls:CaFile", _certificates.CaFile),
            ("Tls:CertFile", _certificates.ClientCertificate),
            ("Tls:KeyFile", _certificates.ClientKey)));

        await node.BecomesReadyAsync();
        await node.Nats.PingAsync();
    }

    [Fact]
    public async Task Start_NoClientCertificate_IsRefusedByAServerThatVerifies()
    {
        await using var server = await NatsServerFixture.StartAsync(_certificates.ServerConfig(verify: true));
        await using var node = await Node.StartAsync(Node.At(server.Url, ("Tls:CaFile", _certificates.CaFile), ("ConnectTimeout", "00:00:01")));

        Assert.False(node.Readiness.IsReady);
        Assert.Contains("nats", node.Readiness.Unmet.Keys);
        Assert.Equal(1, node.Said("StartingWithoutNats"));
    }

    [Fact]
    public async Task Start_TlsRequiredOfAServerWithoutIt_IsUnreadyAndSaysSo()
    {
        await using var server = await NatsServerFixture.StartAsync();
        await using var node = await Node.StartAsync(Node.At(server.Url, ("Tls:Mode", nameof(TlsMode.Require)), ("ConnectTimeout", "00:00:01")));

        await NotReadyBecauseAsync(node, "TLS");
    }

    public void Dispose() => _certificates.Dispose();

    private static async Task NotReadyBecauseAsync(Node node, string reason)
    {
        await Eventually.True(
            () => node.Readiness.Unmet.TryGetValue("nats", out var why) && why.Contains(reason), $"the readiness speaks of the {reason}: {node.Reasons}");
        Assert.Contains(node.Log.Entries, e => e.Id.Name == "StartingWithoutNats" && e.Message.Contains(reason));
    }
}

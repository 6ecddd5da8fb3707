using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using NATS.NKeys;
using NatsRun.Testing;

namespace NatsRun.Tests.Connection;

/// <summary>Each way to log in, against a server that demands it.</summary>
public sealed class AuthenticationTests
{
    private const string Secret = "s3cret-p@ss:w/rd";
    private const string Wrong = "wr0ng-one";

    [Fact]
    public async Task Start_UserAndPassword_Connects()
    {
        await using var server = await NatsServerFixture.StartAsync(UserConfig);
        await using var node = await Node.StartAsync(Node.At(server.Url, ("User", "ada"), ("Password", Secret)));

        await ReachesTheServerAsync(node, Secret);
    }

    [Fact]
    public async Task Start_UserAndPasswordInTheUrl_Connects()
    {
        await using var server = await NatsServerFixture.StartAsync(UserConfig);
        var url = server.Url.Replace("nats://", $"nats://ada:{Uri.EscapeDataString(Secret)}@");
        await using var node = await Node.StartAsync(new() { ["NATS_URL"] = url });

        await ReachesTheServerAsync(node, Secret, Uri.EscapeDataString(Secret));
    }

    [Fact]
    public async Task Start_Token_Connects()
    {
        await using var server = await NatsServerFixture.StartAsync(TokenConfig);
        await using var node = await Node.StartAsync(Node.At(server.Url, ("Token", Secret)));

        await ReachesTheServerAsync(node, Secret);
    }

    [Fact]
    public async Task Start_TokenInTheUrl_Connects()
    {
        await using var server = await NatsServerFixture.StartAsync(TokenConfig);
        await using var node = await Node.StartAsync(Node.At(server.Url.Replace("nats://", $"nats://{Uri.EscapeDataString(Secret)}@")));

        await ReachesTheServerAsync(node, Secret, Uri.EscapeDataString(Secret));
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("\n  {0}  \n{1}\n")]
    [InlineData("-----BEGIN USER NKEY SEED-----\n{0}\n------END USER NKEY SEED------\n")]
    public async Task Start_NKeyFile_Connects(string file)
    {
        using var pair = KeyPair.CreatePair(PrefixByte.User);
        using var folder = new TemporaryFolder();
        var path = Write(folder, "user.nk", string.Format(file, pair.GetSeed(), pair.GetPublicKey()));
        await using var server = await NatsServerFixture.StartAsync(NKeyConfig(pair));
        await using var node = await Node.StartAsync(Node.At(server.Url, ("NKeyFile", path)));

        await ReachesTheServerAsync(node, pair.GetSeed());
    }

    [Fact]
    public async Task Start_CredsFile_ConnectsToAServerInOperatorMode()
    {
        using var op = new OperatorMode();
        using var folder = new TemporaryFolder();
        var (creds, seed) = op.CreateUser();
        await using var server = await NatsServerFixture.StartAsync(op.ServerConfig());
        await using var node = await Node.StartAsync(
            Node.At(server.Url, ("CredsFile", Write(folder, "user.creds", creds))),
            nats => nats.Topology.AddStream(new("app", ["app.>"])));

        await ReachesTheServerAsync(node, seed);
        Assert.Equal(1UL, (await node.JetStream.PublishAsync("app.one", "1")).Seq);
    }

    [Fact]
    public async Task Start_WrongPassword_IsUnreadyAndRecoversWhenTheServersUsersAreMended()
    {
        await using var server = await NatsServerFixture.StartAsync(UserConfig);
        await using var node = await Node.StartAsync(Impatient(Node.At(server.Url, ("User", "ada"), ("Password", Wrong))));

        await IsRefusedAsync(node, Wrong);
        await server.RestartAsync(UserConfig.Replace(Secret, Wrong));

        await ReachesTheServerAsync(node, Wrong);
    }

    [Fact]
    public async Task Start_WrongToken_IsUnreadyAndRecoversWhenTheServersTokenIsMended()
    {
        await using var server = await NatsServerFixture.StartAsync(TokenConfig);
        await using var node = await Node.StartAsync(Impatient(Node.At(server.Url.Replace("nats://", $"nats://{Wrong}@"))));

        await IsRefusedAsync(node, Wrong);
        await server.RestartAsync(TokenConfig.Replace(Secret, Wrong));

        await ReachesTheServerAsync(node, Wrong);
    }

    [Fact]
    public async Task Start_UnknownNKey_IsUnreadyAndRecoversWhenTheFileIsReplaced()
    {
        using var right = KeyPair.CreatePair(PrefixByte.User);
        using var wrong = KeyPair.CreatePair(PrefixByte.User);
        using var folder = new TemporaryFolder();
        var path = Write(folder, "user.nk", wrong.GetSeed());
        await using var server = await NatsServerFixture.StartAsync(NKeyConfig(right));
        await using var node = await Node.StartAsync(Impatient(Node.At(server.Url, ("NKeyFile", path))));

        await IsRefusedAsync(node, wrong.GetSeed());
        Write(folder, "user.nk", right.GetSeed());

        await ReachesTheServerAsync(node, right.GetSeed(), wrong.GetSeed());
    }

    [Fact]
    public async Task Start_CredsOfAnotherOperator_IsUnreadyAndRecoversWhenTheServersAccountsAreMended()
    {
        using var right = new OperatorMode();
        using var wrong = new OperatorMode();
        using var folder = new TemporaryFolder();
        var (creds, seed) = right.CreateUser();
        var path = Write(folder, "user.creds", creds);
        await using var server = await NatsServerFixture.StartAsync(wrong.ServerConfig());
        await using var node = await Node.StartAsync(Impatient(Node.At(server.Url, ("CredsFile", path))));

        await IsRefusedAsync(node, seed);
        await server.RestartAsync(right.ServerConfig());

        await ReachesTheServerAsync(node, seed);
    }

    [Fact]
    public async Task Reconnect_PasswordChangedMeanwhile_IsUnreadySaysWhyAndRecovers()
    {
        await using var server = await NatsServerFixture.StartAsync(UserConfig);
        await using var node = await Node.StartAsync(Node.At(server.Url, ("User", "ada"), ("Password", Secret)));
        await node.BecomesReadyAsync();

        await server.RestartAsync(UserConfig.Replace(Secret, Wrong));
        await IsRefusedAsync(node, Secret);
        await server.RestartAsync(UserConfig);

        await ReachesTheServerAsync(node, Secret);
    }

    private static string UserConfig => $$"""authorization { user: ada, password: "{{Secret}}" }""";

    private static string TokenConfig => $$"""authorization { token: "{{Secret}}" }""";

    private static string NKeyConfig(KeyPair pair) => $$"""authorization { users: [ { nkey: {{pair.GetPublicKey()}} } ] }""";

    /// <summary>Goes on sooner without NATS.</summary>
    private static Dictionary<string, string?> Impatient(Dictionary<string, string?> settings) =>
        new(settings) { ["NatsRun:Nats:ConnectTimeout"] = "00:00:00.5" };

    private static string Write(TemporaryFolder folder, string name, string text)
    {
        var path = Path.Combine(folder.Path, name);
        var next = path + ".next";
        File.WriteAllText(next, text);
        File.Move(next, path, overwrite: true);
        return path;
    }

    private static async Task IsRefusedAsync(Node node, params string[] secrets)
    {
        await Eventually.True(
            () => node.Readiness.Unmet.TryGetValue("nats", out var why) && why.Contains("authorization violation"),
            "the readiness says that the server refuses the credentials");
        await Eventually.True(
            () => node.Log.Entries.Any(e => e.Level == LogLevel.Warning && e.Message.Contains("No connection to NATS") && e.Message.Contains("authorization violation")),
            "and so does the log");
        Assert.All(secrets, s => Assert.DoesNotContain(s, node.AllThatWasSaid));
    }

    private static async Task ReachesTheServerAsync(Node node, params string[] secrets)
    {
        await node.BecomesReadyAsync();
        await node.Nats.PingAsync();
        Assert.All(secrets, s => Assert.DoesNotContain(s, node.AllThatWasSaid));
    }
}

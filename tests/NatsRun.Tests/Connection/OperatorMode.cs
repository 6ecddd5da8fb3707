using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using NATS.NKeys;

namespace NatsRun.Tests.Connection;

/// <summary>
/// An operator with an account and a system account, their JWTs, and users of the account: what a server in operator mode needs. The
/// format is version 2 of github.com/nats-io/jwt.
/// </summary>
internal sealed class OperatorMode : IDisposable
{
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    private readonly KeyPair _operator = KeyPair.CreatePair(PrefixByte.Operator);
    private readonly KeyPair _account = KeyPair.CreatePair(PrefixByte.Account);
    private readonly KeyPair _system = KeyPair.CreatePair(PrefixByte.Account);

    /// <summary>The server's configuration.</summary>
    public string ServerConfig() => $$"""
        operator: {{Encode(_operator, _operator, "operator", new JsonObject { ["type"] = "operator", ["version"] = 2 })}}
        system_account: {{_system.GetPublicKey()}}
        resolver: MEMORY
        resolver_preload: {
          {{_system.GetPublicKey()}}: {{Encode(_operator, _system, "SYS", Account(storage: 0))}}
          {{_account.GetPublicKey()}}: {{Encode(_operator, _account, "app", Account(storage: -1))}}
        }
        """;

    /// <summary>The text of a .creds file of a new user, and the user's seed in it.</summary>
    public (string Creds, string Seed) CreateUser()
    {
        using var user = KeyPair.CreatePair(PrefixByte.User);
        var jwt = Encode(_account, user, "user", new JsonObject
        {
            ["pub"] = new JsonObject(),
            ["sub"] = new JsonObject(),
            ["subs"] = -1,
            ["data"] = -1,
            ["payload"] = -1,
            ["type"] = "user",
            ["version"] = 2,
        });
        var creds = $"""
            -----BEGIN NATS USER JWT-----
            {jwt}
            ------END NATS USER JWT------

            ************************* IMPORTANT *************************
            NKEY Seed printed below can be used to sign and prove identity.
            NKEYs are sensitive and should be treated as secrets.

            -----BEGIN USER NKEY SEED-----
            {user.GetSeed()}
            ------END USER NKEY SEED------

            *************************************************************
            """;
        return (creds, user.GetSeed());
    }

    public void Dispose()
    {
        _operator.Dispose();
        _account.Dispose();
        _system.Dispose();
    }

    private static JsonObject Account(int storage) => new()
    {
        ["limits"] = new JsonObject
        {
            ["subs"] = -1,
            ["data"] = -1,
            ["payload"] = -1,
            ["imports"] = -1,
            ["exports"] = -1,
            ["wildcards"] = true,
            ["conn"] = -1,
            ["leaf"] = -1,
            ["mem_storage"] = storage,
            ["disk_storage"] = storage,
            ["streams"] = -1,
            ["consumer"] = -1,
        },
        ["default_permissions"] = new JsonObject { ["pub"] = new JsonObject(), ["sub"] = new JsonObject() },
        ["type"] = "account",
        ["version"] = 2,
    };

    private static string Encode(KeyPair issuer, KeyPair subject, string name, JsonObject nats)
    {
        var claims = new JsonObject
        {
            ["iat"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
            ["iss"] = issuer.GetPublicKey(),
            ["name"] = name,
            ["sub"] = subject.GetPublicKey(),
        };

        // The id is a digest of the claims; servers take any.
        claims["jti"] = ToBase32(SHA256.HashData(Encoding.UTF8.GetBytes(claims.ToJsonString())));
        claims["nats"] = nats;
        var text = Part(new JsonObject { ["typ"] = "JWT", ["alg"] = "ed25519-nkey" }) + "." + Part(claims);
        var signature = new byte[64];
        issuer.Sign(Encoding.ASCII.GetBytes(text), signature);
        return text + "." + Base64Url.EncodeToString(signature);
    }

    private static string Part(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));

    private static string ToBase32(byte[] bytes)
    {
        var bits = string.Concat(bytes.Select(b => b.ToString("B8"))).PadRight(260, '0');
        return string.Concat(Enumerable.Range(0, bits.Length / 5).Select(i => Base32[Convert.ToInt32(bits.Substring(i * 5, 5), 2)]));
    }
}

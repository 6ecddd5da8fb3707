using System.Text;
using NATS.NKeys;

namespace NatsRun.Tests.Connection;

/// <summary>
/// Keys are handled by a package that comes with the NATS client. These are published vectors, so that another package in its place
/// would be noticed.
/// </summary>
public sealed class NKeyVectorTests
{
    /// <summary>RFC 8032, section 7.1: tests 1, 2, 3 and SHA(abc), their keys written as NKeys of users.</summary>
    [Theory]
    [InlineData(
        "SUAJ2YNRTXX72WTAXKCEV5ES5QWMIRCJYVUXWMTJDFYDXLADDSXH6YALCA",
        "UDLVVGABQKYQVN6VJP7NHSLEA45A5YLS6PNKMIZFV4BBU2HXA5IRUVAL",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")]
    [InlineData(
        "SUAEZTIITMUP7FW2TW3MGRXMCFHA6W4KGGPTLK5GETNIZ5XNJ64KN63OVI",
        "UA6UAF6D5BBYSWUSW4FKOTI3P26JZGBMZ4XMJFUMYDGVL4JK6RTAYUDN",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")]
    [InlineData(
        "SUAMLKUN6Q7Z7A335W3UILZR3S33CZWTQU2QO3YJJOC44OROBNCFR54NIM",
        "UD6FDTMOMIMKDI4NUR7NAARQ6BMAQFXNCO5DGA5MLXVZCFKISCACL4HR",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a")]
    [InlineData(
        "SUAIGP7GEQESG645MLWHOWDVECIR5GTVTTWB2GLVLN62SANZNXFD2QS53U",
        "UDWBOK4TVVPFMO7USMWHBYJEKA2MGVDH54XP2TLE5P4BS2BUM7RL7Q7A",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704")]
    public void FromSeed_VectorOfRfc8032_HasItsPublicKeyAndSignature(string seed, string publicKey, string message, string signature)
    {
        using var pair = KeyPair.FromSeed(seed);
        var signed = new byte[64];
        pair.Sign(Convert.FromHexString(message), signed);

        Assert.Equal(publicKey, pair.GetPublicKey());
        Assert.Equal(signature, Convert.ToHexStringLower(signed));
    }

    /// <summary>The pair in the README of github.com/nats-io/nkeys.</summary>
    [Fact]
    public void FromSeed_PairOfTheNKeysProject_HasItsPublicKey()
    {
        using var pair = KeyPair.FromSeed("SUAKYRHVIOREXV7EUZTBHUHL7NUMHPMAS7QMDU3GTIUWEI5LDNOXD43IZY");

        Assert.Equal("UD466L6EBCM3YY5HEGHJANNTN4LSKTSUXTH7RILHCKEQMQHTBNLHJJXT", pair.GetPublicKey());
    }

    [Theory]
    [InlineData("SUAJ2YNRTXX72WTAXKCEV5ES5QWMIRCJYVUXWMTJDFYDXLADDSXH6YALDA")]
    [InlineData("SUAJ3YNRTXX72WTAXKCEV5ES5QWMIRCJYVUXWMTJDFYDXLADDSXH6YALCA")]
    [InlineData("SUAJ2YNRTXX72WTAXKCEV5ES5QWMIRCJYVUXWMTJDFYDXLADDSXH6YAL")]
    [InlineData("UDLVVGABQKYQVN6VJP7NHSLEA45A5YLS6PNKMIZFV4BBU2HXA5IRUVAL")]
    [InlineData("SU")]
    public void FromSeed_DamagedSeed_IsRefused(string seed) => Assert.ThrowsAny<Exception>(() => KeyPair.FromSeed(seed));

    [Fact]
    public void Verify_AnotherMessage_IsRefused()
    {
        using var pair = KeyPair.CreatePair(PrefixByte.User);
        var signature = new byte[64];
        pair.Sign(Encoding.UTF8.GetBytes("one"), signature);

        Assert.True(pair.Verify(Encoding.UTF8.GetBytes("one"), signature));
        Assert.False(pair.Verify(Encoding.UTF8.GetBytes("two"), signature));
    }
}

using System.Text;

namespace NatsRun.AspNetCore.Tests;

public sealed class PayloadKindTests
{
    [Theory]
    [InlineData(null, true)]
    [InlineData("", true)]
    [InlineData("text/plain", true)]
    [InlineData("Text/HTML; charset=utf-8", true)]
    [InlineData("application/json", true)]
    [InlineData("application/problem+json; charset=utf-8", true)]
    [InlineData("image/svg+xml", true)]
    [InlineData("application/octet-stream", false)]
    [InlineData("image/png", false)]
    [InlineData("application/jsonx", false)]
    [InlineData("nonsense", false)]
    public void IsText_ByContentType_IsAsItSays(string? contentType, bool expected) =>
        Assert.Equal(expected, PayloadKind.IsText(contentType, Encoding.UTF8.GetBytes("grüß")));

    [Theory]
    [InlineData(null)]
    [InlineData("text/plain")]
    [InlineData("application/json")]
    public void IsText_BytesThatAreNotUtf8_NeverIs(string? contentType) => Assert.False(PayloadKind.IsText(contentType, [0x61, 0xff]));
}

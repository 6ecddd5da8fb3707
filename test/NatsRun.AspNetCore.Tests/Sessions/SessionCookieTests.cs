using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace NatsRun.AspNetCore.Tests.Sessions;

public class SessionCookieTests
{
    [Theory]
    [InlineData("clientId=abc", "abc")]
    [InlineData("a=1; clientId=abc; b=2", "abc")]
    [InlineData("a=1;clientId=a-b_c;b=2", "a-b_c")]
    [InlineData("  clientId=abc  ;", "abc")]
    [InlineData(";;; clientId=abc;;", "abc")]
    [InlineData("XclientId=1; clientIdX=2; clientId=abc", "abc")]
    public void TryFind_OneCookie_IsItsValue(string header, string expected)
    {
        Assert.True(SessionCookie.TryFind(Request(header), out var value));
        Assert.Equal(expected, value.ToString());
    }

    [Theory]
    [InlineData("clientId=")]
    [InlineData("clientId=a b")]
    [InlineData("clientId=\"abc\"")]
    [InlineData("clientId=abc==")]
    [InlineData("clientId=a%20c")]
    [InlineData("clientId=a\u00e9")]
    [InlineData("clientId=abc; clientId=abc")]
    [InlineData("clientId=abc; x=1; clientId=def")]
    public void TryFind_UnusableCookie_IsFoundAndEmpty(string header)
    {
        Assert.True(SessionCookie.TryFind(Request(header), out var value));
        Assert.True(value.IsEmpty);
    }

    [Fact]
    public void TryFind_HugeValue_IsFoundAndEmpty()
    {
        Assert.True(SessionCookie.TryFind(Request("clientId=" + new string('a', 10_000)), out var value));
        Assert.True(value.IsEmpty);
    }

    [Theory]
    [InlineData("")]
    [InlineData("clientId")]
    [InlineData("clientid=abc")]
    [InlineData("x=clientId=abc")]
    [InlineData("clientId =abc")]
    public void TryFind_NoCookieOfTheName_IsFalse(string header) => Assert.False(SessionCookie.TryFind(Request(header), out _));

    [Fact]
    public void TryFind_SeveralHeaderLines_LooksAtAll()
    {
        Assert.True(SessionCookie.TryFind(Request(new(["a=1", "clientId=abc"])), out var value));
        Assert.Equal("abc", value.ToString());
        Assert.True(SessionCookie.TryFind(Request(new(["clientId=abc", "clientId=def"])), out value));
        Assert.True(value.IsEmpty);
    }

    [Fact]
    public void Append_Plain_HasTheFlags()
    {
        var cookie = Appended("http");

        Assert.Equal("clientId=abc; max-age=86400; path=/; samesite=lax; httponly", cookie);
    }

    [Fact]
    public void Append_OverHttps_IsSecure() =>
        Assert.Equal("clientId=abc; max-age=86400; path=/; secure; samesite=lax; httponly", Appended("https"));

    [Fact]
    public void Delete_Cookie_EndsItWithTheSamePath()
    {
        var context = new DefaultHttpContext();
        SessionCookie.Delete(context);

        Assert.StartsWith("clientId=; expires=Thu, 01 Jan 1970", context.Response.Headers.SetCookie.ToString(), StringComparison.Ordinal);
        Assert.Contains("path=/;", context.Response.Headers.SetCookie.ToString());
    }

    private static string Appended(string scheme)
    {
        var context = new DefaultHttpContext { Request = { Scheme = scheme, PathBase = "/base" } };
        SessionCookie.Append(context, "abc", TimeSpan.FromDays(1));
        return context.Response.Headers.SetCookie.ToString();
    }

    private static HttpRequest Request(StringValues header)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Cookie = header;
        return context.Request;
    }
}

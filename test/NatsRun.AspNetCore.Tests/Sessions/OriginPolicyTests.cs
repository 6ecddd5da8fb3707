using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace NatsRun.AspNetCore.Tests.Sessions;

public class OriginPolicyTests
{
    [Theory]
    [InlineData("http", "example.org", "http://example.org", true)]
    [InlineData("http", "example.org:3000", "http://example.org:3000", true)]
    [InlineData("http", "example.org", "http://example.org:80", true)]
    [InlineData("http", "example.org:80", "http://example.org", true)]
    [InlineData("https", "example.org", "https://example.org:443", true)]
    [InlineData("https", "example.org:443", "https://example.org", true)]
    [InlineData("http", "example.org", "HTTP://EXAMPLE.ORG", true)]
    [InlineData("http", "Example.Org:3000", "http://example.org:3000", true)]
    [InlineData("http", "[::1]:3000", "http://[::1]:3000", true)]
    [InlineData("http", "[::1]:3000", "http://[0:0:0:0:0:0:0:1]:3000", true)]
    [InlineData("wss", "example.org", "https://example.org", true)]
    [InlineData("http", "example.org:3000", "http://example.org:3001", false)]
    [InlineData("http", "example.org:3000", "http://example.org", false)]
    [InlineData("http", "example.org", "https://example.org", false)]
    [InlineData("https", "example.org", "http://example.org", false)]
    [InlineData("https", "example.org:443", "http://example.org:443", false)]
    [InlineData("http", "[::1]:3000", "http://[::2]:3000", false)]
    [InlineData("http", "localhost:3000", "http://127.0.0.1:3000", false)]
    [InlineData("http", "example.org", "null", false)]
    [InlineData("http", "null", "null", false)]
    [InlineData("http", "example.org", "", false)]
    [InlineData("http", "example.org", "*", false)]
    [InlineData("http", "example.org", "example.org", false)]
    [InlineData("http", "example.org", "http://example.org.evil.org", false)]
    [InlineData("http", "example.org", "http://evil.org/example.org", false)]
    [InlineData("http", "example.org", "http://example.org/", false)]
    [InlineData("http", "example.org", "http://example.org@evil.org", false)]
    [InlineData("http", "example.org", "http://evil@example.org", false)]
    [InlineData("http", "example.org", "http://example.org http://evil.org", false)]
    [InlineData("http", "example.org", "http://example.org?x", false)]
    [InlineData("http", "example.org", "http://example.org#x", false)]
    [InlineData("http", "example.org", "http://sub.example.org", false)]
    [InlineData("http", "example.org", "file://", false)]
    [InlineData("http", "", "http://example.org", false)]
    public void IsAllowed_Origin_OnlyTheOwnOne(string scheme, string host, string origin, bool expected) =>
        Assert.Equal(expected, Policy().IsAllowed(Request(scheme, host, origin)));

    [Theory]
    [InlineData("https://app.example.org", "https://app.example.org", true)]
    [InlineData("HTTPS://App.Example.Org:443", "https://app.example.org", true)]
    [InlineData("https://app.example.org", "https://app.example.org:8443", false)]
    [InlineData("https://app.example.org", "http://app.example.org", false)]
    [InlineData("https://app.example.org", "https://other.example.org", false)]
    [InlineData("capacitor://localhost", "capacitor://localhost", true)]
    public void IsAllowed_ListedOrigin_OnlyThatOne(string listed, string origin, bool expected) =>
        Assert.Equal(expected, Policy(listed).IsAllowed(Request("http", "example.org", origin)));

    [Fact]
    public void IsAllowed_NoOrigin_IsTrue() => Assert.True(Policy().IsAllowed(Request("http", "example.org")));

    [Fact]
    public void IsAllowed_TwoOrigins_IsFalse() =>
        Assert.False(Policy().IsAllowed(Request("http", "example.org", "http://example.org", "http://example.org")));

    private static OriginPolicy Policy(params string[] listed)
    {
        var options = new SessionOptions();
        foreach (var origin in listed)
        {
            options.AllowedOrigins.Add(origin);
        }

        return new OriginPolicy(Options.Create(options));
    }

    private static DefaultHttpContext Request(string scheme, string host, params string[] origins)
    {
        var context = new DefaultHttpContext { Request = { Scheme = scheme, Host = new HostString(host) } };
        if (origins.Length > 0)
        {
            context.Request.Headers.Origin = origins;
        }

        return context;
    }
}

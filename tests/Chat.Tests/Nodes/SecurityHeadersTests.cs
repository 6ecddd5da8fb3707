using System.Text;

namespace Chat.Tests.Nodes;

public sealed class SecurityHeadersTests(ChatHost host) : IClassFixture<ChatHost>
{
    [Theory]
    [InlineData("GET", "/", 200)]
    [InlineData("GET", "/lobby", 200)]
    [InlineData("GET", "/assets/chat.js", 200)]
    [InlineData("GET", "/assets/nothing", 404)]
    [InlineData("GET", "/users", 200)]
    [InlineData("HEAD", "/users", 200)]
    [InlineData("GET", "/users/none", 404)]
    [InlineData("POST", "/users", 201)]
    [InlineData("PUT", "/users", 405)]
    [InlineData("GET", "/a.b", 404)]
    [InlineData("GET", "/no/such/path", 404)]
    [InlineData("GET", "/lobby/alice", 426)]
    [InlineData("GET", "/healthz", 200)]
    [InlineData("GET", "/readyz", 200)]
    public async Task Response_OfEveryKind_CarriesTheSecurityHeaders(string method, string path, int status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Content = method == "POST" ? new StringContent("""{"name":"Ada","email":"ada@example.org"}""", Encoding.UTF8, "application/json") : null;
        using var response = await host.Http.SendAsync(request);

        Assert.Equal(status, (int)response.StatusCode);
        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("no-referrer", Assert.Single(response.Headers.GetValues("Referrer-Policy")));
    }

    [Fact]
    public async Task Cookie_OfASession_IsHiddenFromScriptsAndOtherSites()
    {
        using var response = await host.Http.GetAsync("/lobby");

        var cookie = Assert.Single(response.Headers.GetValues("Set-Cookie"));
        Assert.StartsWith("clientId=", cookie, StringComparison.Ordinal);
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.True(response.Headers.CacheControl?.NoStore);
    }
}

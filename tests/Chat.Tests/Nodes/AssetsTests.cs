using System.Net;

namespace Chat.Tests.Nodes;

public sealed class AssetsTests(ChatHost host) : IClassFixture<ChatHost>
{
    [Theory]
    [InlineData("/assets/chat.js", "text/javascript")]
    [InlineData("/assets/style.css", "text/css")]
    [InlineData("/assets/favicon.svg", "image/svg+xml")]
    public async Task Asset_OfThePages_IsServedAndNotTakenForARoom(string path, string mediaType)
    {
        using var response = await host.Http.GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(mediaType, response.Content.Headers.ContentType?.MediaType);
        Assert.True(response.Content.Headers.ContentLength > 100);
        Assert.False(response.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task Asset_AskedForAgain_IsCheckedAndNotSentAgain()
    {
        using var first = await host.Http.GetAsync("/assets/chat.js");
        Assert.True(first.Headers.CacheControl?.NoCache);

        using var request = new HttpRequestMessage(HttpMethod.Get, "/assets/chat.js");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await host.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Theory]
    [InlineData("/assets")]
    [InlineData("/assets/")]
    [InlineData("/assets/nothing.js")]
    [InlineData("/assets/../appsettings.json")]
    [InlineData("/assets/..%2fappsettings.json")]
    [InlineData("/assets/..%2f..%2fappsettings.json")]
    [InlineData("/assets/%2e%2e/%2e%2e/appsettings.json")]
    [InlineData("/assets/..%5c..%5cappsettings.json")]
    [InlineData("/assets/%252e%252e%252fappsettings.json")]
    [InlineData("/assets//etc/passwd")]
    [InlineData("/assets/%2fetc%2fpasswd")]
    [InlineData("/assets/..%2findex.html")]
    [InlineData("/appsettings.json")]
    [InlineData("/index.html")]
    [InlineData("/room.html")]
    [InlineData("/Chat.dll")]
    public async Task Path_ThatIsNoAsset_ShowsNoFileAndNoList(string target)
    {
        var (status, response) = await RawHttp.GetAsync(host.Demo, target);

        Assert.InRange(status, 400, 404);
        Assert.DoesNotContain("LogLevel", response, StringComparison.Ordinal);
        Assert.DoesNotContain("<html", response, StringComparison.Ordinal);
        Assert.DoesNotContain("root:", response, StringComparison.Ordinal);
    }
}

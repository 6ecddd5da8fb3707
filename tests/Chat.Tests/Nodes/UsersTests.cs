using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Chat.Tests.Nodes;

public sealed class UsersTests(ChatHost host) : IClassFixture<ChatHost>
{
    [Fact]
    public async Task Post_OfAda_IsCreatedAndFoundAgain()
    {
        using var created = await PostAsync("""{"name":"Ada","email":"ada@example.org"}""");

        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal("application/json", created.Content.Headers.ContentType?.MediaType);
        var user = await created.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("Ada", user.GetProperty("name").GetString());
        Assert.Equal("ada@example.org", user.GetProperty("email").GetString());
        Assert.Equal($"/users/{user.GetProperty("id")}", created.Headers.Location?.ToString());

        var found = await host.Http.GetFromJsonAsync<JsonElement>(created.Headers.Location);
        Assert.Equal(user.GetRawText(), found.GetRawText());
    }

    [Fact]
    public async Task Post_WithWrongFields_NamesThem()
    {
        using var response = await PostAsync("""{"name":"","email":"nowhere"}""");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var errors = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors");
        Assert.Equal(["email", "name"], errors.EnumerateObject().Select(e => e.Name).Order());
    }

    [Theory]
    [InlineData("", 400)]
    [InlineData("{", 400)]
    [InlineData("[]", 400)]
    [InlineData("null", 400)]
    [InlineData("{}", 422)]
    [InlineData("""{"name":"Ada"}""", 422)]
    [InlineData("""{"name":"Ada","email":null}""", 422)]
    [InlineData("""{"name":7,"email":"ada@example.org"}""", 400)]
    public async Task Post_OfWhatIsNoUser_IsRefused(string body, int status)
    {
        using var response = await PostAsync(body);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("/users/00000000000000000000")]
    [InlineData("/users/none")]
    [InlineData("/users/*")]
    [InlineData("/users/%3E")]
    [InlineData("/users/a.b")]
    [InlineData("/users/a%20b")]
    public async Task Get_OfNobody_Is404(string path)
    {
        var (status, response) = await RawHttp.GetAsync(host.Demo, path);

        Assert.Equal(404, status);
        Assert.Contains("There is no such user.", response, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_PageByPage_NamesEveryoneOnce()
    {
        for (var i = 0; i < 5; i++)
        {
            using var created = await PostAsync($$"""{"name":"User {{i}}","email":"user{{i}}@example.org"}""");
            Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        }

        var all = await ReadPagesAsync("/users?limit=200");
        var two = await ReadPagesAsync("/users?limit=2");

        Assert.Equal(all, two);
        Assert.Equal(all.Distinct().Count(), all.Count);
        Assert.True(all.Count >= 5);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("201")]
    [InlineData("-1")]
    [InlineData("x")]
    public async Task List_WithALimitOutOfBounds_Is400(string limit)
    {
        using var response = await host.Http.GetAsync($"/users?limit={limit}");
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Head_OfTheList_HasTheHeadersOfGetAndNoBody()
    {
        using var head = await host.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/users"));

        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal("application/json", head.Content.Headers.ContentType?.MediaType);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("DELETE", "/users", "GET, HEAD, POST")]
    [InlineData("POST", "/users/ada", "GET, HEAD")]
    public async Task Method_ThatThePathHasNot_Is405WithAllow(string method, string path, string allowed)
    {
        using var response = await host.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(allowed, string.Join(", ", response.Content.Headers.Allow.Order()));
    }

    [Theory]
    [InlineData("/no/such/path")]
    [InlineData("/users/a/b")]
    public async Task Get_OfAnUnknownPath_IsAProblem404(string path)
    {
        using var response = await host.Http.GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    private Task<HttpResponseMessage> PostAsync(string body) =>
        host.Http.PostAsync("/users", new StringContent(body, Encoding.UTF8, "application/json"));

    private async Task<List<string>> ReadPagesAsync(string? next)
    {
        var ids = new List<string>();
        while (next is not null)
        {
            var page = await host.Http.GetFromJsonAsync<JsonElement>(next);
            ids.AddRange(page.GetProperty("users").EnumerateArray().Select(user => user.GetProperty("id").GetString()!));
            next = page.GetProperty("next").GetString();
        }

        return ids;
    }
}

using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using NatsRun.Testing;

namespace NatsRun.AspNetCore.Tests.Http;

public sealed class CatchAllTests(NatsServerFixture nats)
{
    private static void Map(WebApplication app, string prefix)
    {
        app.MapNatsRequest("GET", "/users/{id:int}");
        app.MapNatsRequest("PUT", "/users/{id:int}");
        app.MapNatsRequest("DELETE", "/users/{name}");
        app.MapGet("/page", () => Results.Text("page"));
        app.MapNatsCatchAll();
    }

    [Theory]
    [InlineData("GET", "/", "get.index")]
    [InlineData("GET", "/a/b.c", "get.a.b%2Ec")]
    [InlineData("PATCH", "/anything", "patch.anything")]
    [InlineData("GET", "/*/%3E", "get.%2A.%3E")]
    [InlineData("GET", "/users/x/y", "get.users.x.y")]
    [InlineData("OPTIONS", "/a", "options.a")]
    public async Task Request_PathThatNoRouteNames_IsACall(string method, string target, string subject)
    {
        await using var app = await GatewayApp.StartAsync(nats.Url, Map);
        await using var service = await Responder.EchoAsync(app.Nats, $"{app.Prefix}.>");

        Assert.Equal(200, await app.GetRawAsync(target, method));
        Assert.Equal($"{app.Prefix}.call.{subject}", service.Received.Single().Subject);
    }

    [Theory]
    [InlineData("POST", "/users/1", "DELETE, GET, HEAD, PUT")]
    [InlineData("POST", "/users/abc", "DELETE")]
    [InlineData("GET", "/users/abc", "DELETE")]
    [InlineData("POST", "/PAGE", "GET")]
    public async Task Request_PathThatARouteNamesForOtherMethods_Is405WithTheirUnion(string method, string target, string allow)
    {
        await using var app = await GatewayApp.StartAsync(nats.Url, Map);
        await using var service = await Responder.EchoAsync(app.Nats, $"{app.Prefix}.>");

        var response = await app.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), target));

        await RequestModeTests.AssertProblemAsync(response, HttpStatusCode.MethodNotAllowed, "method-not-allowed");
        Assert.Equal(allow, string.Join(", ", response.Content.Headers.Allow));
        Assert.Empty(service.Received);
    }

    [Theory]
    [InlineData("/a/../b", 400)]
    [InlineData("/a//b", 400)]
    [InlineData("/%zz", 400)]
    [InlineData("/%ff%fe", 400)]
    [InlineData("/%c0%af", 400)]
    [InlineData("/%ed%a0%80", 400)]
    [InlineData("/a%2Fb", 400)]
    [InlineData("*", 400)]
    [InlineData("/%0d%0aPUB", 200)]
    public async Task Request_NastyTarget_IsRefusedOrOneToken(string target, int status)
    {
        await using var app = await GatewayApp.StartAsync(nats.Url, Map);
        await using var service = await Responder.EchoAsync(app.Nats, $"{app.Prefix}.>");

        Assert.Equal(status, await app.GetRawAsync(target, target == "*" ? "OPTIONS" : "GET"));
        Assert.All(service.Received, m => Assert.Equal($"{app.Prefix}.call.get.%0D%0APUB", m.Subject));
    }

    [Fact]
    public async Task Request_TargetOf10KB_Is414()
    {
        await using var app = await GatewayApp.StartAsync(nats.Url, Map);

        Assert.Equal(414, await app.GetRawAsync("/" + new string('a', 10_000)));
        Assert.Equal(414, await app.GetRawAsync("/" + string.Join('/', Enumerable.Repeat("ab", 600))));
    }

    [Fact]
    public async Task Group_CatchAll_KeepsTheGroupsPathInTheSubject()
    {
        await using var app = await GatewayApp.StartAsync(nats.Url, (a, _) => a.MapGroup("/svc").MapNatsCatchAll());
        await using var service = await Responder.EchoAsync(app.Nats, $"{app.Prefix}.>");

        Assert.Equal(200, await app.GetRawAsync("/svc/x"));
        Assert.Equal(404, await app.GetRawAsync("/other"));
        Assert.Equal($"{app.Prefix}.call.get.svc.x", service.Received.Single().Subject);
    }

    [Fact]
    public async Task NoCatchAll_UnknownPathAndMethod_AreProblems()
    {
        await using var app = await GatewayApp.StartAsync(nats.Url, (a, _) => a.MapNatsRequest("GET", "/users"));

        await RequestModeTests.AssertProblemAsync(await app.Client.GetAsync("/nope"), HttpStatusCode.NotFound, "not-found");
        var response = await app.Client.PostAsync("/users", null);
        await RequestModeTests.AssertProblemAsync(response, HttpStatusCode.MethodNotAllowed, "method-not-allowed");
        Assert.Equal("GET, HEAD", string.Join(", ", response.Content.Headers.Allow));
    }
}

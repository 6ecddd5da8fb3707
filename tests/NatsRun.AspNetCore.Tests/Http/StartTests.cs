using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Options;
using NatsRun.Testing;

namespace NatsRun.AspNetCore.Tests.Http;

public sealed class StartTests(NatsServerFixture nats)
{
    [Fact]
    public async Task Start_UnusableSettings_AreAllReportedAtOnce()
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => GatewayApp.StartAsync(nats.Url, (_, _) => { }, settings: new()
        {
            ["NatsRun:Http:MaxBodyBytes"] = "-1",
            ["NatsRun:Http:StoreAttempts"] = "0",
            ["NatsRun:Http:ForwardedRequestHeaders:0"] = "Authorization",
            ["NatsRun:Http:ForwardedRequestHeaders:1"] = "nats-msg-id",
        }));

        foreach (var key in new[] { "MaxBodyBytes", "StoreAttempts", "Authorization", "nats-msg-id" })
        {
            Assert.Contains(key, error.Message);
        }
    }

    [Theory]
    [InlineData("Http", "x.call", "Call", "x.call.inner")]
    [InlineData("Rooms", "a", "Clients", "a.b")]
    [InlineData("Rooms", "same", "Clients", "same")]
    public async Task Start_OverlappingPrefixes_AreRefusedWithBothNamed(string one, string first, string other, string second)
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => GatewayApp.StartAsync(nats.Url, (_, _) => { }, settings: new()
        {
            ["NatsRun:Prefixes:" + one] = first,
            ["NatsRun:Prefixes:" + other] = second,
        }));

        Assert.Contains($"{one} '{first}'", error.Message);
        Assert.Contains($"{other} '{second}'", error.Message);
    }

    [Theory]
    [InlineData("a..b")]
    [InlineData("a.*")]
    [InlineData("a b")]
    [InlineData(".")]
    public async Task Start_PrefixThatIsNoSubject_IsRefused(string prefix)
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => GatewayApp.StartAsync(nats.Url, (_, _) => { }, settings: new() { ["NatsRun:Prefixes:Call"] = prefix }));

        Assert.Contains($"'{prefix}'", error.Message);
    }

    [Theory]
    [InlineData("/{id?}")]
    [InlineData("/a-{id}")]
    [InlineData("/{id=5}")]
    public async Task Map_TemplateWithoutASubject_IsRefusedWithTheTemplate(string template)
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using var app = await GatewayApp.StartAsync(nats.Url, (a, _) => a.MapNatsRequest("GET", template));
            await app.Client.GetAsync("/");
        });

        Assert.Contains(template, error.ToString());
    }

    [Fact]
    public async Task Start_NatsUnreachable_StartsUnreadyAndRecovers()
    {
        await using var server = await NatsServerFixture.StartAsync();
        await server.KillAsync();

        await using var app = await GatewayApp.StartAsync(server.Url, (a, _) => a.MapNatsRequest("GET", "/users"), settings: new() { ["NatsRun:Nats:ConnectTimeout"] = "00:00:00.200" });
        var alive = await app.Client.GetAsync("/healthz");
        var ready = await app.Client.GetAsync("/readyz");
        var request = await app.Client.GetAsync("/users");

        Assert.True(app.Log.Has("StartingWithoutNats"));
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Contains("\"nats\":", await ready.Content.ReadAsStringAsync());
        await RequestModeTests.AssertProblemAsync(request, HttpStatusCode.ServiceUnavailable, "nats-unreachable");
        Assert.NotNull(request.Headers.RetryAfter);

        await server.RestartAsync();

        await Eventually.Equal(HttpStatusCode.OK, async () => (await app.Client.GetAsync("/readyz")).StatusCode, "the node becomes ready by itself");
    }
}

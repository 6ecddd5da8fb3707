using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using NatsRun.LocalServer;
using NatsRun.Testing;

namespace Chat.Tests.Nodes;

public sealed class StartTests
{
    [Fact]
    public async Task Start_WithoutNats_SaysSoIsNotReadyAndRecovers()
    {
        var port = FreePort.Pick();
        await using var demo = await Demo.StartAsync($"nats://127.0.0.1:{port}");

        Assert.Contains("starting without it", demo.Process.Text, StringComparison.Ordinal);
        await ExpectAsync(demo, "/healthz", HttpStatusCode.OK);
        var ready = await ExpectAsync(demo, "/readyz", HttpStatusCode.ServiceUnavailable);
        Assert.True(JsonDocument.Parse(ready).RootElement.GetProperty("unmet").TryGetProperty("nats", out _), ready);
        await ExpectAsync(demo, "/", HttpStatusCode.OK);
        await ExpectAsync(demo, "/lobby", HttpStatusCode.OK, "text/html");
        await ExpectAsync(demo, "/lobby", HttpStatusCode.ServiceUnavailable);
        await ExpectAsync(demo, "/users", HttpStatusCode.ServiceUnavailable);
        using (var refused = await Users.PostAsync(demo.Http))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.NotNull(refused.Headers.RetryAfter);
        }

        await using var server = await LocalNatsServer.StartAsync(new() { Port = port }, NullLogger.Instance, TimeProvider.System);

        await Eventually.True(async () => (await demo.Http.GetAsync("/readyz")).IsSuccessStatusCode, "the server is there now");
        await Users.CreateAsync(demo);
        await using var alice = await ChatSocket.JoinAsync(demo, "/lobby/alice");
        await alice.SendAsync("at last");
        Assert.Equal("at last", await alice.ReceiveTextAsync());
    }

    private static async Task<string> ExpectAsync(Demo demo, string path, HttpStatusCode status, string accept = "application/json")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(accept));
        using var response = await demo.Http.SendAsync(request);
        Assert.Equal(status, response.StatusCode);
        Assert.Equal(status == HttpStatusCode.ServiceUnavailable && path != "/readyz", response.Headers.RetryAfter is not null);
        return await response.Content.ReadAsStringAsync();
    }
}

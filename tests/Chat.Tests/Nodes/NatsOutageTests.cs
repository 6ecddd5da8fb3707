using System.Diagnostics;
using System.Net;
using System.Net.WebSockets;
using NatsRun.Testing;

namespace Chat.Tests.Nodes;

[Collection(AloneCollection.Name)]
public sealed class NatsOutageTests(ITestOutputHelper output)
{
    [Fact]
    public async Task NatsServer_KilledUnderOpenSockets_LeavesThemOpenAndTheChatGoesOn()
    {
        await using var nats = await NatsServerFixture.StartAsync();
        await using var demo = await Demo.StartAsync(nats.Url);
        await using var alice = await ChatSocket.JoinAsync(demo, "/lobby/alice");
        await using var bob = await ChatSocket.JoinAsync(demo, "/lobby/bob");
        await Users.CreateAsync(demo);
        await alice.SendAsync("before");
        await bob.ReceiveTextAsync(text => text == "before");

        await nats.KillAsync();
        await Expect503Async(demo, HttpMethod.Post, "/users");
        await Expect503Async(demo, HttpMethod.Get, "/users");
        await Expect503Async(demo, HttpMethod.Get, "/lobby");
        await alice.SendAsync("meanwhile");

        await nats.RestartAsync();
        var returned = Stopwatch.GetTimestamp();
        var heard = bob.ReceiveTextAsync(text => text.StartsWith("after", StringComparison.Ordinal));
        await Eventually.True(
            async () =>
            {
                await alice.SendAsync("after");
                return heard.IsCompleted;
            },
            "the chat goes on within two seconds, with some allowance for a busy machine",
            TimeSpan.FromSeconds(5));
        output.WriteLine($"The chat went on {Stopwatch.GetElapsedTime(returned).TotalMilliseconds:0} ms after the server's return.");

        Assert.Equal(WebSocketState.Open, alice.State);
        Assert.Equal(WebSocketState.Open, bob.State);
        await Eventually.True(
            async () =>
            {
                using var response = await Users.PostAsync(demo.Http);
                return response.StatusCode == HttpStatusCode.Created;
            },
            "the stream in memory is made again");
        output.WriteLine($"Users could be created {Stopwatch.GetElapsedTime(returned).TotalMilliseconds:0} ms after it.");
    }

    private static Task Expect503Async(Demo demo, HttpMethod method, string path) => Eventually.True(
        async () =>
        {
            using var response = await (method == HttpMethod.Post ? Users.PostAsync(demo.Http) : demo.Http.GetAsync(path));
            return response.StatusCode == HttpStatusCode.ServiceUnavailable && response.Headers.RetryAfter is not null;
        },
        $"{method} {path} says when to try again");
}

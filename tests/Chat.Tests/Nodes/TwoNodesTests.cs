using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using NatsRun.Testing;

namespace Chat.Tests.Nodes;

/// <summary>Two processes of the demo and one nats-server: which of them one talks to makes no difference.</summary>
public sealed class TwoNodesTests : IAsyncLifetime
{
    private readonly NatsServerFixture _nats = new();
    private Demo _left = null!;
    private Demo _right = null!;

    public async ValueTask InitializeAsync()
    {
        await _nats.InitializeAsync();
        _left = await Demo.StartAsync(_nats.Url);
        _right = await Demo.StartAsync(_nats.Url);
    }

    public async ValueTask DisposeAsync()
    {
        await _left.DisposeAsync();
        await _right.DisposeAsync();
        await _nats.DisposeAsync();
    }

    [Fact]
    public async Task People_OnBothNodes_AreInTheSameRoom()
    {
        await using var alice = await ChatSocket.JoinAsync(_left, "/lobby/alice");
        await using var bob = await ChatSocket.JoinAsync(_right, "/lobby/bob");

        await alice.SendAsync("from the left");
        Assert.Equal("from the left", await alice.ReceiveTextAsync());
        Assert.Equal("from the left", await bob.ReceiveTextAsync());
        await bob.SendAsync("from the right");
        Assert.Equal("from the right", await alice.ReceiveTextAsync());
        Assert.Equal("from the right", await bob.ReceiveTextAsync());
    }

    [Fact]
    public async Task User_CreatedOnOneNode_IsFoundOnTheOther()
    {
        for (var i = 0; i < 10; i++)
        {
            var id = await Users.CreateAsync(i % 2 == 0 ? _left : _right);
            using var found = await (i % 2 == 0 ? _right : _left).Http.GetAsync($"/users/{id}");
            Assert.Equal(HttpStatusCode.OK, found.StatusCode);
        }
    }

    [Fact]
    public async Task Push_ToAClientWithSocketsOnBothNodes_ReachesThemAll()
    {
        using var page = await _left.Http.GetAsync("/lobby");
        var cookie = Assert.Single(page.Headers.GetValues("Set-Cookie")).Split(';')[0];
        var clientId = (await page.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("clientId").GetString();

        // The cookie that one node gave counts on the other.
        await using var left = await ChatSocket.JoinAsync(_left, $"/lobby/{clientId}", cookie);
        await using var right = await ChatSocket.JoinAsync(_right, $"/another/{clientId}", cookie);

        // The answer to a request that nobody waits for is pushed.
        using var accepted = await Users.PostAsync(_right.Http, request =>
        {
            request.Headers.Add("Cookie", cookie);
            request.Headers.Add("Prefer", "respond-async");
        });
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);

        Assert.Contains("ada@example.org", await left.ReceiveTextAsync(), StringComparison.Ordinal);
        Assert.Contains("ada@example.org", await right.ReceiveTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Node_Killed_LeavesTheOtherServing()
    {
        await using var bob = await ChatSocket.JoinAsync(_right, "/lobby/bob");
        await _left.KillAsync();

        await bob.SendAsync("still here");
        Assert.Equal("still here", await bob.ReceiveTextAsync());
        using var created = await Users.PostAsync(_right.Http);
        Assert.True(created.StatusCode is HttpStatusCode.Created or HttpStatusCode.Accepted);
    }
}

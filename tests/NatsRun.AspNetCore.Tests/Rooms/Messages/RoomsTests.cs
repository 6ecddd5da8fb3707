using System.Net.WebSockets;
using System.Text;
using NatsRun.Testing;

namespace NatsRun.AspNetCore.Tests;

public sealed class RoomsTests(NatsServerFixture nats)
{
    [Fact]
    public async Task Publish_ToEverybodyOrOne_ReachesThem()
    {
        await using var app = await RoomApp.StartAsync(nats.Url);
        await using var alice = await app.JoinAsync("50%", "alice");
        await using var bob = await app.JoinAsync("50%", "b%b");

        await app.Rooms.PublishTextAsync("50%", "all");
        await app.Rooms.PublishTextAsync("50%", "bob", addressee: "b%b", eventName: "hint.small");
        await app.Rooms.PublishAsync("50%", new byte[] { 1 });
        await app.Rooms.PushTextAsync("alice", "push");

        Assert.Equal("all", await bob.ReceiveTextAsync());
        Assert.Equal("bob", await bob.ReceiveTextAsync());
        Assert.Equal(WebSocketMessageType.Binary, (await bob.ReceiveAsync()).Type);
        var forAlice = new[] { await alice.ReceiveAsync(), await alice.ReceiveAsync(), await alice.ReceiveAsync() };
        Assert.Equal(["\u0001", "all", "push"], forAlice.Select(m => Encoding.UTF8.GetString(m.Payload)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("*", "alice", "msg")]
    [InlineData("a.b", "alice", "msg")]
    [InlineData("", "alice", "msg")]
    [InlineData("lobby", ">", "msg")]
    [InlineData("lobby", "a b", "msg")]
    [InlineData("lobby", "ALL", "msg")]
    [InlineData("lobby", "alice", "")]
    [InlineData("lobby", "alice", "*")]
    [InlineData("lobby", "alice", "a..b")]
    [InlineData("lobby", "alice", "a b")]
    public async Task Publish_WithABadName_Throws(string roomId, string addressee, string eventName)
    {
        await using var app = await RoomApp.StartAsync(nats.Url);

        await Assert.ThrowsAsync<ArgumentException>(() => app.Rooms.PublishTextAsync(roomId, "x", addressee, eventName).AsTask());
    }

    [Theory]
    [InlineData("all")]
    [InlineData("*")]
    [InlineData("a.b")]
    public async Task Push_ToNoClient_Throws(string clientId)
    {
        await using var app = await RoomApp.StartAsync(nats.Url);

        await Assert.ThrowsAsync<ArgumentException>(() => app.Rooms.PushTextAsync(clientId, "x").AsTask());
    }

    [Fact]
    public async Task Publish_MoreThanTheServerTakes_ThrowsAndHarmsNobody()
    {
        await using var app = await RoomApp.StartAsync(nats.Url);
        await using var alice = await app.JoinAsync("lobby", "alice");

        await Assert.ThrowsAsync<ArgumentException>(() => app.Rooms.PublishAsync("lobby", new byte[1024 * 1024]).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(() => app.Rooms.PublishAsync("lobby", new byte[1], "text/plain\r\nX: y").AsTask());

        Assert.Empty(await alice.ReadToMarkAsync());
    }
}

using System.Net.WebSockets;
using System.Text;
using NATS.Client.Core;
using NatsRun.Testing;

namespace NatsRun.AspNetCore.Tests;

public sealed class RoomMessagesTests(NatsServerFixture nats)
{
    [Fact]
    public async Task SendAsync_Text_ReachesEverybodyInTheRoomAndTheSender()
    {
        await using var app = await RoomApp.StartAsync(nats.Url);
        await using var alice = await app.JoinAsync("lobby", "alice");
        await using var bob = await app.JoinAsync("lobby", "bob");
        await using var elsewhere = await app.JoinAsync("kitchen", "carol");

        await alice.SendAsync("grüß euch");

        Assert.Equal("grüß euch", await alice.ReceiveTextAsync());
        Assert.Equal("grüß euch", await bob.ReceiveTextAsync());
        Assert.Empty(await elsewhere.ReadToMarkAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(125)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(65536)]
    public async Task SendAsync_Binary_ArrivesAsItWas(int length)
    {
        await using var app = await RoomApp.StartAsync(nats.Url);
        await using var alice = await app.JoinAsync("lobby", "alice");
        var payload = new byte[length];
        Random.Shared.NextBytes(payload);

        await alice.SendAsync(payload);

        var (type, received) = await alice.ReceiveAsync();
        Assert.Equal(WebSocketMessageType.Binary, type);
        Assert.Equal(payload, received);
    }

    [Fact]
    public async Task SendAsync_TextInFragments_ArrivesWhole()
    {
        await using var app = await RoomApp.StartAsync(nats.Url);
        await using var bob = await app.JoinAsync("lobby", "bob");
        using var alice = await RawClient.ConnectAsync(app.Port, "/lobby/alice");

        var bytes = Encoding.UTF8.GetBytes("a€b");
        await alice.SendFrameAsync(RawClient.Text, bytes.AsSpan(0, 2), final: false);
        await alice.SendFrameAsync(0, [], final: false);
        await alice.SendFrameAsync(0, bytes.AsSpan(2), final: true);

        Assert.Equal("a€b", await bob.ReceiveTextAsync());
    }

    [Fact]
    public async Task SendAsync_OnNats_HasTheSubjectAndTheHeadersOfItsSender()
    {
        await using var app = await RoomApp.StartAsync(nats.Url);
        await using var client = await nats.ConnectAsync();
        await using var subscription = await client.SubscribeCoreAsync<byte[]>($"{app.RoomsPrefix}.>");
        await client.PingAsync();
        var (id, cookie) = await TestSessions.CreateAsync(app);
        await using var guest = await app.JoinAsync("50%", "alice");
        await using var member = await app.JoinAsync("50%", id, o => o.SetRequestHeader("Cookie", cookie));

        await guest.SendAsync("text");
        var fromGuest = await subscription.Msgs.ReadAsync();
        await member.SendAsync([1, 2, 3]);
        var fromMember = await subscription.Msgs.ReadAsync();

        Assert.Equal($"{app.RoomsPrefix}.50%25.all.msg", fromGuest.Subject);
        Assert.Equal("alice", fromGuest.Headers!["Client-Id"]);
        Assert.Equal("true", fromGuest.Headers!["Client-Guest"]);
        Assert.Equal("text/plain; charset=utf-8", fromGuest.Headers!["Content-Type"]);
        Assert.Equal(id, fromMember.Headers!["Client-Id"]);
        Assert.False(fromMember.Headers!.ContainsKey("Client-Guest"));
        Assert.Equal("application/octet-stream", fromMember.Headers!["Content-Type"]);
        Assert.Equal([1, 2, 3], fromMember.Data);
    }

    [Fact]
    public async Task Publish_ToAnAddressee_ReachesNobodyElse()
    {
        await using var app = await RoomApp.StartAsync(nats.Url);
        await using var alice = await app.JoinAsync("lobby", "alice");
        await using var bob = await app.JoinAsync("lobby", "bob");
        await using var client = await nats.ConnectAsync();

        await client.PublishAsync($"{app.RoomsPrefix}.lobby.bob.hint", "for bob");
        await client.PublishAsync($"{app.RoomsPrefix}.lobby.bob", "no event");
        await client.PublishAsync($"{app.RoomsPrefix}.lobby.all", "no event");
        await client.PublishAsync($"{app.RoomsPrefix}.lobby.all.a.b.c", "for all");

        Assert.Equal("for bob", await bob.ReceiveTextAsync());
        Assert.Equal("for all", await bob.ReceiveTextAsync());
        Assert.Equal("for all", await alice.ReceiveTextAsync());
        Assert.Empty(await alice.ReadToMarkAsync());
    }

    [Theory]
    [InlineData("*")]
    [InlineData(">")]
    [InlineData("%2A")]
    [InlineData("%61lice")]
    [InlineData("%")]
    [InlineData("ALL")]
    public async Task Publish_ToAHostileAddressee_ReachesNobody(string token)
    {
        await using var app = await RoomApp.StartAsync(nats.Url);
        await using var alice = await app.JoinAsync("lobby", "alice");
        await using var client = await nats.ConnectAsync();

        await client.PublishAsync($"{app.RoomsPrefix}.lobby.{token}.msg", "hostile");
        await client.PublishAsync($"{app.ClientsPrefix}.{token}.push", "hostile");
        await client.PingAsync();

        Assert.Empty(await alice.ReadToMarkAsync());
    }

    [Theory]
    [InlineData(null, "plain", true)]
    [InlineData("application/json", "{}", true)]
    [InlineData("image/png", "plain", false)]
    public async Task Publish_WithAContentType_DecidesTheFrame(string? contentType, string payload, bool isText)
    {
        await using var app = await RoomApp.StartAsync(nats.Url);
        await using var alice = await app.JoinAsync("lobby", "alice");
        await using var client = await nats.ConnectAsync();
        var headers = contentType is null ? null : new NatsHeaders { ["Content-Type"] = contentType };

        await client.PublishAsync($"{app.RoomsPrefix}.lobby.all.msg", payload, headers);

        Assert.Equal(isText ? WebSocketMessageType.Text : WebSocketMessageType.Binary, (await alice.ReceiveAsync()).Type);
    }

    [Fact]
    public async Task Push_ToAClient_ReachesItInEveryRoomOnEveryNode()
    {
        await using var first = await RoomApp.StartAsync(nats.Url);
        await using var second = await RoomApp.StartAsync(nats.Url, name: first.Name);
        await using var here = await first.JoinAsync("lobby", "50%");
        await using var alsoHere = await first.JoinAsync("kitchen", "50%");
        await using var there = await second.JoinAsync("attic", "50%");
        await using var other = await second.JoinAsync("attic", "bob");
        await using var client = await nats.ConnectAsync();

        await client.PublishAsync($"{first.ClientsPrefix}.50%25.push", "news");

        foreach (var socket in new[] { here, alsoHere, there })
        {
            Assert.Equal("news", await socket.ReceiveTextAsync());
        }

        Assert.Empty(await other.ReadToMarkAsync());
    }

    [Fact]
    public async Task SendAsync_OnTwoNodes_IsOneRoom()
    {
        await using var first = await RoomApp.StartAsync(nats.Url);
        await using var second = await RoomApp.StartAsync(nats.Url, name: first.Name);
        await using var alice = await first.JoinAsync("lobby", "alice");
        await using var bob = await second.JoinAsync("lobby", "bob");

        await alice.SendAsync("hello");
        Assert.Equal("hello", await bob.ReceiveTextAsync());
        await bob.SendAsync("hello yourself");

        Assert.Equal("hello", await alice.ReceiveTextAsync());
        Assert.Equal("hello yourself", await alice.ReceiveTextAsync());
    }

    [Fact]
    public async Task SendAsync_ManyFromSeveral_KeepsTheOrderOfEachSender()
    {
        const int Count = 500;
        await using var app = await RoomApp.StartAsync(nats.Url);
        await using var reader = await app.JoinAsync("lobby", "reader");
        RoomClient[] senders = [await app.JoinAsync("lobby", "0"), await app.JoinAsync("lobby", "1"), await app.JoinAsync("lobby", "2")];

        await Task.WhenAll(senders.Select(async (sender, index) =>
        {
            for (var i = 0; i < Count; i++)
            {
                await sender.SendAsync($"{index} {i}");
            }
        }));

        var next = new int[senders.Length];
        for (var i = 0; i < Count * senders.Length; i++)
        {
            var parts = (await reader.ReceiveTextAsync()).Split(' ').Select(int.Parse).ToArray();
            Assert.Equal(next[parts[0]]++, parts[1]);
        }

        foreach (var sender in senders)
        {
            await sender.DisposeAsync();
        }
    }

    [Fact]
    public async Task Close_ByTheClient_IsAnswered()
    {
        await using var app = await RoomApp.StartAsync(nats.Url);
        await using var alice = await app.JoinAsync("lobby", "alice");

        await alice.SendAsync("bye");
        await alice.Socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);

        Assert.Equal(CloseCodes.Normal, await alice.ReceiveCloseAsync());
        await Eventually.True(() => app.Log.Has("Left"), "the socket has left");
    }
}

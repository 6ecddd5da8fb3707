using Microsoft.AspNetCore.Builder;
using NatsRun.Testing;

namespace NatsRun.AspNetCore.Tests;

public sealed class RoomHandshakeTests(NatsServerFixture nats)
{
    [Theory]
    [InlineData("/lobby/alice", 101)]
    [InlineData("/lobby/alice?x=1", 101)]
    [InlineData("/lobby/alice/", 101)]
    [InlineData("/50%25/alice", 101)]
    [InlineData("/gr%C3%BCn/al%2525ice", 101)]
    [InlineData("/a%252Fb/alice", 101)]
    [InlineData("/*/alice", 400)]
    [InlineData("/>/alice", 400)]
    [InlineData("/%2A/alice", 400)]
    [InlineData("/%3E/alice", 400)]
    [InlineData("/a.b/alice", 400)]
    [InlineData("/a%2Eb/alice", 400)]
    [InlineData("/a%2Fb/alice", 400)]
    [InlineData("/a%20b/alice", 400)]
    [InlineData("/a%0D%0Ab/alice", 400)]
    [InlineData("/a%C2%A0b/alice", 400)]
    [InlineData("/a%FF/alice", 400)]
    [InlineData("/a%zz/alice", 400)]
    [InlineData("/lobby/*", 400)]
    [InlineData("/lobby/%3E", 400)]
    [InlineData("/lobby/a.b", 400)]
    [InlineData("/lobby/a%2Eb", 400)]
    [InlineData("/lobby/all", 400)]
    [InlineData("/lobby/ALL", 400)]
    [InlineData("/lobby/%61ll", 400)]
    [InlineData("/users/alice", 400)]
    [InlineData("/Users/alice", 400)]
    [InlineData("/healthz/alice", 400)]
    [InlineData("/%75sers/alice", 400)]
    [InlineData("/x/../lobby/alice", 400)]
    [InlineData("/lobby/./alice", 400)]
    [InlineData("/x/%2e%2e/lobby/alice", 400)]
    public async Task Target_AsItWasSent_IsTakenOrRefused(string target, int status)
    {
        await using var app = await RoomApp.StartAsync(nats.Url);

        using var client = await RawClient.ConnectAsync(app.Port, target);

        Assert.Equal(status, client.Status);
    }

    [Fact]
    public async Task Target_WithIdsAtTheLimit_IsTaken()
    {
        await using var app = await RoomApp.StartAsync(nats.Url);
        var longest = string.Concat(Enumerable.Repeat("%25", Identifier.MaxLength));

        using var fits = await RawClient.ConnectAsync(app.Port, $"/{longest}/{longest}");
        using var tooLong = await RawClient.ConnectAsync(app.Port, $"/{longest}%25/alice");

        Assert.Equal(101, fits.Status);
        Assert.Equal(400, tooLong.Status);
    }

    [Fact]
    public async Task Target_InAbsoluteForm_IsTakenForItsPath()
    {
        await using var app = await RoomApp.StartAsync(nats.Url);

        using var client = await RawClient.ConnectAsync(app.Port, $"http://127.0.0.1:{app.Port}/lobby/alice");

        Assert.Equal(101, client.Status);
    }

    [Theory]
    [InlineData("/chat/ws/lobby/alice", 101)]
    [InlineData("/CHAT/WS/lobby/alice", 101)]
    [InlineData("/chat/ws/a%2Fb/alice", 400)]
    [InlineData("/chat/ws/../ws/lobby/alice", 400)]
    [InlineData("/ws/lobby/alice", 101)]
    public async Task Target_BelowAGroupAndAPathBase_IsRead(string target, int status)
    {
        await using var app = await RoomApp.StartAsync(nats.Url, map: e => e.MapGroup("/ws").MapRooms(), pathBase: "/chat");
        await using var client = await nats.ConnectAsync();
        await using var subscription = await client.SubscribeCoreAsync<string>($"{app.RoomsPrefix}.>");
        await client.PingAsync();

        using var socket = await RawClient.ConnectAsync(app.Port, target);

        Assert.Equal(status, socket.Status);
        if (status == 101)
        {
            await socket.SendFrameAsync(RawClient.Text, "hello"u8);
            Assert.Equal($"{app.RoomsPrefix}.lobby.all.msg", (await subscription.Msgs.ReadAsync()).Subject);
        }
    }

    [Fact]
    public async Task MapRooms_WithoutAnId_FailsTheStart() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => RoomApp.StartAsync(nats.Url, map: e => e.MapRooms("/{roomId}")));

    [Theory]
    [InlineData("")]
    [InlineData("Upgrade: websocket\r\nConnection: Upgrade\r\n")]
    [InlineData("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 8\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n")]
    [InlineData("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: short\r\n")]
    [InlineData("Upgrade: h2c\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n")]
    public async Task Request_WithoutAProperHandshake_IsToldToUpgrade(string headers)
    {
        await using var app = await RoomApp.StartAsync(nats.Url);

        using var client = await RawClient.ConnectAsync(app.Port, "/lobby/alice", headers, upgrade: false);

        Assert.Equal(426, client.Status);
        Assert.Contains("Upgrade: websocket\r\n", client.Head);
        Assert.Contains("Connection: Upgrade\r\n", client.Head);
        Assert.Contains("Sec-WebSocket-Version: 13\r\n", client.Head);
        Assert.Contains("Content-Type: application/problem+json\r\n", client.Head);
    }

    [Fact]
    public async Task Handshake_OfTheStandardsExample_IsProved()
    {
        await using var app = await RoomApp.StartAsync(nats.Url);

        using var client = await RawClient.ConnectAsync(app.Port, "/lobby/alice");

        Assert.Contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n", client.Head);
    }

    [Fact]
    public async Task Origin_OfAnotherSite_IsRefused()
    {
        await using var app = await RoomApp.StartAsync(nats.Url);

        using var own = await RawClient.ConnectAsync(app.Port, "/lobby/alice", $"Origin: http://127.0.0.1:{app.Port}\r\n");
        using var foreign = await RawClient.ConnectAsync(app.Port, "/lobby/alice", "Origin: http://evil.example\r\n");

        Assert.Equal(101, own.Status);
        Assert.Equal(403, foreign.Status);
    }

    [Fact]
    public async Task Session_OfAnotherClient_IsRefused()
    {
        await using var app = await RoomApp.StartAsync(nats.Url);
        var (id, cookie) = await TestSessions.CreateAsync(app);

        using var own = await RawClient.ConnectAsync(app.Port, "/lobby/" + id, $"Cookie: {cookie}\r\n");
        using var other = await RawClient.ConnectAsync(app.Port, "/lobby/alice", $"Cookie: {cookie}\r\n");
        using var stolen = await RawClient.ConnectAsync(app.Port, "/lobby/" + id);

        Assert.Equal(101, own.Status);
        Assert.Equal(403, other.Status);
        Assert.Equal(403, stolen.Status);
    }

    [Fact]
    public async Task Session_ThatIsRevoked_IsRefused()
    {
        await using var app = await RoomApp.StartAsync(nats.Url);
        var (id, cookie) = await TestSessions.CreateAsync(app);
        await TestSessions.RevokeAsync(app, id);

        using var client = await RawClient.ConnectAsync(app.Port, "/lobby/" + id, $"Cookie: {cookie}\r\n");

        Assert.Equal(401, client.Status);
    }

    [Fact]
    public async Task Guest_WhereGuestsAreNotAllowed_IsRefused()
    {
        await using var app = await RoomApp.StartAsync(nats.Url, sessions: o => o.AllowGuests = false);

        using var client = await RawClient.ConnectAsync(app.Port, "/lobby/alice");

        Assert.Equal(403, client.Status);
    }

    [Fact]
    public async Task Sockets_OfOneClientAboveTheLimit_AreRefusedUntilOneHasLeft()
    {
        await using var app = await RoomApp.StartAsync(nats.Url, o => o.MaxSocketsPerClient = 2);
        var first = await RawClient.ConnectAsync(app.Port, "/lobby/alice");
        using var second = await RawClient.ConnectAsync(app.Port, "/kitchen/alice");

        using var third = await RawClient.ConnectAsync(app.Port, "/lobby/alice");
        using var other = await RawClient.ConnectAsync(app.Port, "/lobby/bob");

        Assert.Equal(429, third.Status);
        Assert.Equal(101, other.Status);
        first.Dispose();
        await Eventually.True(
            async () =>
            {
                using var again = await RawClient.ConnectAsync(app.Port, "/lobby/alice");
                return again.Status == 101;
            },
            "there is room for one socket again");
    }

    [Fact]
    public async Task Sockets_AboveTheWebServersLimit_AreRefused()
    {
        await using var app = await RoomApp.StartAsync(nats.Url, upgradeLimit: 1);
        using var first = await RawClient.ConnectAsync(app.Port, "/lobby/alice");

        using var second = await RawClient.ConnectAsync(app.Port, "/lobby/bob");

        Assert.Equal(101, first.Status);
        Assert.Equal(429, second.Status);
        Assert.Contains("Content-Type: application/problem+json\r\n", second.Head);
    }

    [Fact]
    public async Task Nats_NeverThere_RefusesSocketsAndTheHostStarts()
    {
        await using var app = await RoomApp.StartAsync("nats://127.0.0.1:1");

        using var client = await RawClient.ConnectAsync(app.Port, "/lobby/alice");

        Assert.Equal(503, client.Status);
        Assert.Contains("Retry-After:", client.Head);
    }
}

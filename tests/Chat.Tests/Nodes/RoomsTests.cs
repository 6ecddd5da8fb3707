using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using NATS.Client.Core;
using NatsRun.Testing;

namespace Chat.Tests.Nodes;

public sealed class RoomsTests(ChatHost host) : IClassFixture<ChatHost>
{
    private readonly string _room = Unique.Name("room");

    [Fact]
    public async Task BareFrames_TextAndBinary_ReachEveryoneInTheRoom()
    {
        await using var alice = await JoinAsync("alice");
        await using var bob = await JoinAsync("bob");

        await alice.SendAsync("hällo ☺");
        await bob.SendAsync([0, 255, 10, 13]);

        foreach (var member in new[] { alice, bob })
        {
            // Two senders: whose message comes first is open.
            var received = new[] { await member.ReceiveAsync(), await member.ReceiveAsync() }.OrderBy(m => m.Type).ToArray();
            Assert.Equal("hällo ☺"u8.ToArray(), received[0].Payload);
            Assert.Equal(WebSocketMessageType.Text, received[0].Type);
            Assert.Equal([0, 255, 10, 13], received[1].Payload);
            Assert.Equal(WebSocketMessageType.Binary, received[1].Type);
        }
    }

    [Fact]
    public async Task PublishedFromNats_ToAllToOneAndAsAPush_ReachesWhomItIsFor()
    {
        await using var nats = await host.Nats.ConnectAsync();
        var bobsId = Unique.Name("bob");
        await using var alice = await JoinAsync("alice");
        await using var bob = await JoinAsync(bobsId);

        await nats.PublishAsync($"demo.rooms.{_room}.{bobsId}.msg", "for bob");
        await nats.PublishAsync($"demo.clients.{bobsId}.push", "pushed");
        await nats.PublishAsync($"demo.rooms.{_room}.all.msg", "for all");

        Assert.Equal("for all", await alice.ReceiveTextAsync());
        var bobs = new[] { await bob.ReceiveTextAsync(), await bob.ReceiveTextAsync(), await bob.ReceiveTextAsync() };
        Assert.Equal(["for all", "for bob", "pushed"], bobs.Order());
    }

    [Fact]
    public async Task Message_FromASocket_IsOnTheRoomsSubjectWithItsSender()
    {
        await using var nats = await host.Nats.ConnectAsync();
        await using var alice = await JoinAsync("alice");
        await using var heard = await nats.SubscribeCoreAsync<string>($"demo.rooms.{_room}.>");
        await nats.PingAsync();

        await alice.SendAsync("hello");

        var message = await heard.Msgs.ReadAsync().AsTask().WaitAsync(Eventually.DefaultTimeout);
        Assert.Equal($"demo.rooms.{_room}.all.msg", message.Subject);
        Assert.Equal("hello", message.Data);
        Assert.Equal("alice", message.Headers?["Client-Id"].ToString());
    }

    [Theory]
    [InlineData("/*/alice")]
    [InlineData("/%3E/alice")]
    [InlineData("/a.b/alice")]
    [InlineData("/a%20b/alice")]
    [InlineData("/a%0Ab/alice")]
    [InlineData("/lobby/*")]
    [InlineData("/lobby/%3E")]
    [InlineData("/lobby/a.b")]
    [InlineData("/lobby/all")]
    [InlineData("/users/alice")]
    [InlineData("/rooms/alice")]
    [InlineData("/assets/alice")]
    public async Task Handshake_WithAHostileOrReservedId_IsRefused(string path)
    {
        var status = await ChatSocket.RefusalAsync(host.Demo, path);
        Assert.InRange((int)status, 400, 405);
    }

    [Fact]
    public async Task RoomPage_ForAProgram_NamesTheSocketOfTheSession()
    {
        using var response = await host.Http.GetAsync($"/{_room}");
        var cookie = Assert.Single(response.Headers.GetValues("Set-Cookie")).Split(';')[0];
        var room = await response.Content.ReadFromJsonAsync<JsonElement>();
        var socketPath = room.GetProperty("socket").GetString()!;

        await using var own = await ChatSocket.JoinAsync(host.Demo, socketPath, cookie);
        await own.SendAsync("me");

        Assert.Equal($"/{_room}/{room.GetProperty("clientId")}", socketPath);
        Assert.Equal("me", await own.ReceiveTextAsync());
        Assert.Equal(HttpStatusCode.Forbidden, await ChatSocket.RefusalAsync(host.Demo, socketPath));
    }

    [Theory]
    [InlineData("/", "*/*")]
    [InlineData("/lobby", "text/html")]
    [InlineData("/lobby", "application/json")]
    public async Task Head_OfAPage_IsAnsweredWithoutABody(string path, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, path);
        request.Headers.Accept.ParseAdd(accept);
        using var response = await host.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("/a.b")]
    [InlineData("/*")]
    [InlineData("/favicon.ico")]
    public async Task RoomPage_OfWhatIsNoRoom_Is404ForPeopleToo(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd("text/html");
        using var response = await host.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    private Task<ChatSocket> JoinAsync(string client) => ChatSocket.JoinAsync(host.Demo, $"/{_room}/{client}");
}

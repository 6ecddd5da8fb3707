using System.Text.Json;
using NATS.Client.Core;
using NatsRun.Testing;

namespace NatsRun.AspNetCore.Tests;

/// <summary>Asks the server itself how many subscriptions a node has.</summary>
public sealed class RoomSubscriptionTests : IAsyncLifetime
{
    private const string Accounts = """
        accounts {
          SYS: { users: [{ user: sys, password: sys }] }
          APP: { jetstream: enabled, users: [{ user: app, password: app }] }
        }
        system_account: SYS
        no_auth_user: app
        """;

    private NatsServerFixture _nats = null!;
    private NatsConnection _system = null!;

    public async ValueTask InitializeAsync()
    {
        _nats = await NatsServerFixture.StartAsync(Accounts);
        _system = await _nats.ConnectAsync(o => o with { AuthOpts = new NatsAuthOpts { Username = "sys", Password = "sys" } });
    }

    public async ValueTask DisposeAsync()
    {
        await _system.DisposeAsync();
        await _nats.DisposeAsync();
    }

    [Fact]
    public async Task Subscriptions_OfManySocketsInTwoRooms_AreOneForEachRoom()
    {
        await using var app = await RoomApp.StartAsync(_nats.Url, o => o.RoomLinger = TimeSpan.Zero);
        var before = await CountAsync(app);
        Assert.Equal([app.ClientsPrefix + ".*.push"], before);

        var sockets = new List<RoomClient>();
        for (var i = 0; i < 20; i++)
        {
            sockets.Add(await app.JoinAsync(i % 2 == 0 ? "lobby" : "kitchen", "c-" + i));
        }

        Assert.Equal([app.ClientsPrefix + ".*.push", app.RoomsPrefix + ".kitchen.>", app.RoomsPrefix + ".lobby.>"], await CountAsync(app));
        foreach (var socket in sockets)
        {
            await socket.DisposeAsync();
        }

        await Eventually.Equal(1, async () => (await CountAsync(app)).Length, "empty rooms have no subscription");
    }

    [Fact]
    public async Task Room_ThatIsEmptyForAMoment_KeepsItsSubscription()
    {
        await using var app = await RoomApp.StartAsync(_nats.Url, o => o.RoomLinger = TimeSpan.FromMinutes(1));
        await using (await app.JoinAsync("lobby", "alice"))
        {
        }

        await Eventually.True(() => app.Log.Has("Left"), "the socket has left");
        Assert.Equal(2, (await CountAsync(app)).Length);
        await using var again = await app.JoinAsync("lobby", "alice");
        await again.SendAsync("hello");

        Assert.Equal("hello", await again.ReceiveTextAsync());
        Assert.Single(app.Log.Entries, e => e.Id.Name == "Subscribed");
    }

    [Fact]
    public async Task Rooms_JoinedAndLeftAllTheTime_MissNothingOnceJoined()
    {
        await using var app = await RoomApp.StartAsync(_nats.Url, o => o.RoomLinger = TimeSpan.Zero);
        await using var client = await _nats.ConnectAsync();

        // Six come and go in two rooms, so that the last often leaves while the next one joins.
        await Task.WhenAll(Enumerable.Range(0, 6).Select(async worker =>
        {
            var room = "room" + (worker % 2);
            for (var i = 0; i < 40; i++)
            {
                await using var socket = await app.JoinAsync(room, "c-" + worker);
                var text = $"{worker} {i}";
                await client.PublishAsync($"{app.RoomsPrefix}.{room}.c-{worker}.msg", text);
                Assert.Equal(text, await socket.ReceiveTextAsync());
            }
        }));

        await Eventually.Equal(1, async () => (await CountAsync(app)).Length, "nothing is left behind");
    }

    private async Task<string[]> CountAsync(RoomApp app)
    {
        // What the node has sent has arrived at the server when a round trip has ended, or soon after.
        var reply = await _system.RequestAsync<string, string>(
            "$SYS.REQ.SERVER.PING.SUBSZ", """{"subscriptions":true,"limit":1000,"account":"APP"}""");
        using var document = JsonDocument.Parse(reply.Data!);
        return
        [
            .. document.RootElement.GetProperty("data").GetProperty("subscriptions_list").EnumerateArray()
                .Select(s => s.GetProperty("subject").GetString()!)
                .Where(s => s.StartsWith(app.Name, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ];
    }
}

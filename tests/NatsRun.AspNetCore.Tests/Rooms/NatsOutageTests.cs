using NatsRun.Testing;

namespace NatsRun.AspNetCore.Tests;

public sealed class NatsOutageTests : IAsyncLifetime
{
    private NatsServerFixture _nats = null!;

    public async ValueTask InitializeAsync() => _nats = await NatsServerFixture.StartAsync();

    public ValueTask DisposeAsync() => _nats.DisposeAsync();

    [Fact]
    public async Task Sockets_WhileTheServerIsKilledAndStartedAgain_StayAndGoOn()
    {
        await using var app = await RoomApp.StartAsync(_nats.Url);
        await using var alice = await app.JoinAsync("lobby", "alice");
        await using var bob = await app.JoinAsync("lobby", "bob");

        await _nats.KillAsync();
        await Eventually.True(() => app.Log.Has("Disconnected"), "the node notices");
        await alice.SendAsync("kept 1");
        await alice.SendAsync("kept 2");
        using var refused = await RawClient.ConnectAsync(app.Port, "/lobby/carol");
        Assert.Equal(503, refused.Status);
        await _nats.RestartAsync();
        var back = TimeProvider.System.GetTimestamp();

        foreach (var reader in new[] { bob, alice })
        {
            Assert.Equal("kept 1", await reader.ReceiveTextAsync());
            Assert.Equal("kept 2", await reader.ReceiveTextAsync());
        }

        await bob.SendAsync("after");
        Assert.Equal("after", await alice.ReceiveTextAsync());
        Assert.InRange(TimeProvider.System.GetElapsedTime(back).TotalSeconds, 0, 2);
        await using var carol = await app.JoinAsync("lobby", "carol");
        await carol.SendAsync("new");
        Assert.Equal("after", await bob.ReceiveTextAsync());
        Assert.Equal("new", await bob.ReceiveTextAsync());
    }

    [Fact]
    public async Task Sender_ThatFloodsWhileNatsIsAway_IsNotReadAndLosesNothing()
    {
        const int Count = 600;
        await using var app = await RoomApp.StartAsync(_nats.Url, o => (o.MaxMessageBytes, o.SendQueueBytes) = (32 * 1024, 64 * 1024 * 1024));
        await using var bob = await app.JoinAsync("lobby", "bob");
        await using var alice = await app.JoinAsync("lobby", "alice");
        await _nats.KillAsync();
        await Eventually.True(() => app.Log.Has("Disconnected"), "the node notices");

        var sent = 0;
        var sending = Task.Run(async () =>
        {
            for (; sent < Count; sent++)
            {
                var payload = new byte[30_000];
                BitConverter.TryWriteBytes(payload, sent);
                await alice.SendAsync(payload);
            }
        });
        var last = -1;
        await Eventually.True(
            async () =>
            {
                // The sender stands when nothing has moved for a while.
                await Task.Delay(100);
                var stands = sent == last;
                last = sent;
                return stands;
            },
            "the sender is held back");
        Assert.False(sending.IsCompleted);
        await _nats.RestartAsync();

        // The sender hears itself too, and would be a slow consumer if it did not read.
        await Task.WhenAll(ReadAllAsync(alice), ReadAllAsync(bob), sending);

        static async Task ReadAllAsync(RoomClient reader)
        {
            for (var i = 0; i < Count; i++)
            {
                Assert.Equal(i, BitConverter.ToInt32((await reader.ReceiveAsync()).Payload));
            }
        }
    }

    [Fact]
    public async Task Peer_WhileNatsIsAway_IsPingedAndAnswered()
    {
        await using var app = await RoomApp.StartAsync(
            _nats.Url, o => (o.PingInterval, o.PingTimeout) = (TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(400)));
        await using var alice = await app.JoinAsync("lobby", "alice");
        using var bob = await RawClient.ConnectAsync(app.Port, "/lobby/bob");
        await _nats.KillAsync();
        await Eventually.True(() => app.Log.Has("Disconnected"), "the node notices");
        var listening = alice.ReceiveTextAsync();
        await alice.SendAsync("kept");
        await bob.SendFrameAsync(RawClient.Text, "also kept"u8);
        await bob.SendFrameAsync(RawClient.Ping, "abc"u8);

        // Three rounds of pings: a peer that seemed silent would be cut off by then.
        var pings = 0;
        var pongs = 0;
        while (pings < 6)
        {
            var (opcode, payload) = await bob.ReadFrameAsync();
            pings += opcode == RawClient.Ping ? 1 : 0;
            pongs += opcode == RawClient.Pong ? 1 : 0;
            Assert.NotEqual(-1, opcode);
            if (opcode == RawClient.Ping)
            {
                await bob.SendFrameAsync(RawClient.Pong, payload);
            }
        }

        Assert.Equal(1, pongs);
        Assert.False(listening.IsCompleted);
        Assert.False(app.Log.Has("Dead"));
        await _nats.RestartAsync();
        Assert.Contains("kept", await listening, StringComparison.Ordinal);
    }
}

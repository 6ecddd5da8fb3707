using System.Net.WebSockets;
using System.Text;
using Microsoft.Extensions.Logging;
using NatsRun.Testing;

namespace NatsRun.AspNetCore.Tests;

public sealed class SocketLimitsTests(NatsServerFixture nats)
{
    [Fact]
    public async Task Message_OfTheLargestSize_ArrivesAndOneByteMoreCloses()
    {
        await using var app = await RoomApp.StartAsync(nats.Url, o => o.MaxMessageBytes = 10_000);
        await using var bob = await app.JoinAsync("lobby", "bob");
        await using var alice = await app.JoinAsync("lobby", "alice");

        await alice.SendAsync(new byte[10_000]);
        Assert.Equal(10_000, (await bob.ReceiveAsync()).Payload.Length);
        await alice.SendAsync(new byte[10_001]);

        Assert.Equal(CloseCodes.TooBig, await alice.ReceiveCloseAsync());
        Assert.Empty(await bob.ReadToMarkAsync());
    }

    [Fact]
    public async Task Message_OfTenMegabytes_ClosesWithTooBig()
    {
        await using var app = await RoomApp.StartAsync(nats.Url);
        await using var alice = await app.JoinAsync("lobby", "alice");

        var sending = alice.SendAsync(new byte[10 * 1024 * 1024]);

        Assert.Equal(CloseCodes.TooBig, await alice.ReceiveCloseAsync());
        await Task.WhenAny(sending);
    }

    [Fact]
    public async Task Message_DeclaringTerabytes_AllocatesNothing()
    {
        await using var app = await RoomApp.StartAsync(nats.Url);
        using var alice = await RawClient.ConnectAsync(app.Port, "/lobby/alice");
        var before = GC.GetTotalAllocatedBytes(precise: true);

        await alice.SendBytesAsync([0x82, 0xff, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, .. new byte[100]]);
        await alice.SendFrameAsync(RawClient.Ping, []);
        await using var bob = await app.JoinAsync("lobby", "bob");
        Assert.Empty(await bob.ReadToMarkAsync());

        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 16 * 1024 * 1024);
    }

    [Fact]
    public async Task Message_OfEmptyFramesWithoutEnd_ClosesTheSocket()
    {
        await using var app = await RoomApp.StartAsync(nats.Url);
        using var alice = await RawClient.ConnectAsync(app.Port, "/lobby/alice");

        await alice.SendFrameAsync(RawClient.Text, [], final: false);
        for (var i = 0; i < 1100; i++)
        {
            await alice.SendFrameAsync(0, [], final: false);
        }

        Assert.Equal(CloseCodes.TooBig, await alice.ReadCloseAsync());
    }

    [Fact]
    public async Task Message_AboveTheServersLimit_ClosesItsSenderAlone()
    {
        await using var small = await NatsServerFixture.StartAsync("max_payload: 8KB");
        await using var app = await RoomApp.StartAsync(small.Url);
        await using var bob = await app.JoinAsync("lobby", "bob");
        await using var alice = await app.JoinAsync("lobby", "alice");

        await alice.SendAsync(new byte[8192]);

        Assert.Equal(CloseCodes.TooBig, await alice.ReceiveCloseAsync());
        Assert.Empty(await bob.ReadToMarkAsync());
        Assert.False(app.Log.Has("Disconnected"));
    }

    [Fact]
    public async Task Text_ThatIsNotUtf8_ClosesWithInvalidPayload()
    {
        await using var app = await RoomApp.StartAsync(nats.Url);
        using var alice = await RawClient.ConnectAsync(app.Port, "/lobby/alice");

        await alice.SendFrameAsync(RawClient.Text, [0xc3, 0x28]);

        Assert.Equal(CloseCodes.InvalidPayload, await alice.ReadCloseAsync());
        await alice.ReadToEndAsync();
    }

    [Theory]
    [InlineData(1, true, false)]
    [InlineData(3, true, true)]
    [InlineData(0, true, true)]
    [InlineData(9, false, true)]
    public async Task Frame_AgainstTheProtocol_ClosesWithProtocolError(byte opcode, bool final, bool masked)
    {
        await using var app = await RoomApp.StartAsync(nats.Url);
        using var alice = await RawClient.ConnectAsync(app.Port, "/lobby/alice");

        await alice.SendFrameAsync(opcode, "long enough for a mask"u8, final, masked);

        Assert.Equal(CloseCodes.ProtocolError, await alice.ReadCloseAsync());
        await alice.ReadToEndAsync();
    }

    [Fact]
    public async Task Sender_TooFast_IsReadSlowlyAndLosesNothing()
    {
        const int Count = 700;
        await using var app = await RoomApp.StartAsync(nats.Url, o => (o.Burst, o.MessagesPerSecond) = (100, 1000));
        await using var bob = await app.JoinAsync("lobby", "bob");
        await using var alice = await app.JoinAsync("lobby", "alice");
        var started = TimeProvider.System.GetTimestamp();

        for (var i = 0; i < Count; i++)
        {
            await alice.SendAsync(i.ToString());
        }

        for (var i = 0; i < Count; i++)
        {
            Assert.Equal(i.ToString(), await bob.ReceiveTextAsync());
        }

        Assert.True(TimeProvider.System.GetElapsedTime(started).TotalSeconds > 0.55, "the rate was kept");
    }

    [Fact]
    public async Task Reader_TooSlow_IsClosedAndTheOthersGoOn()
    {
        const int Count = 600;
        await using var app = await RoomApp.StartAsync(nats.Url, o => (o.SendQueueBytes, o.CloseTimeout) = (256 * 1024, TimeSpan.FromSeconds(10)));
        using var slow = await RawClient.ConnectAsync(app.Port, "/lobby/slow", receiveBuffer: 4096);
        await using var bob = await app.JoinAsync("lobby", "bob");
        await using var alice = await app.JoinAsync("lobby", "alice");
        var payload = new byte[32 * 1024];

        // Both read what comes, so that only one is slow.
        var reading = Task.Run(async () =>
        {
            for (var i = 0; i < Count; i++)
            {
                await bob.ReceiveAsync();
            }
        });
        for (var i = 0; i < Count; i++)
        {
            await alice.SendAsync(payload);
            await alice.ReceiveAsync();
        }

        await reading;
        await Eventually.True(() => app.Log.Has("SlowConsumer"), "the slow one was told");
        Assert.Equal(CloseCodes.SlowConsumer, await slow.ReadCloseAsync());
        Assert.Empty(await bob.ReadToMarkAsync());
    }

    [Fact]
    public async Task Reader_ThatNeverReads_IsCutOff()
    {
        await using var app = await RoomApp.StartAsync(nats.Url, o => (o.SendQueueBytes, o.CloseTimeout) = (128 * 1024, TimeSpan.FromMilliseconds(200)));
        using var slow = await RawClient.ConnectAsync(app.Port, "/lobby/slow", receiveBuffer: 4096);

        var payload = new byte[64 * 1024];
        for (var i = 0; !app.Log.Has("SlowConsumer"); i++)
        {
            Assert.True(i < 10_000, "the queue fills up");
            await app.Rooms.PublishAsync("lobby", payload);
        }

        await Eventually.True(() => app.Log.Has("Left"), "the socket is gone");
    }

    [Fact]
    public async Task Peer_ThatIsSilent_IsCutOffAndOneThatAnswersPingsStays()
    {
        await using var app = await RoomApp.StartAsync(nats.Url, o => (o.PingInterval, o.PingTimeout) = (TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(500)));
        await using var polite = await app.JoinAsync("lobby", "alice");
        using var silent = await RawClient.ConnectAsync(app.Port, "/lobby/bob");

        var listening = polite.ReceiveTextAsync();
        Assert.Equal(RawClient.Ping, (await silent.ReadFrameAsync()).Opcode);
        await silent.ReadToEndAsync();

        await Eventually.True(() => app.Log.Has("Dead"), "it was cut off for its silence");
        Assert.False(listening.IsCompleted);
        await polite.SendAsync("still here");
        Assert.Equal("still here", await listening);
    }

    [Fact]
    public async Task Ping_ByTheClient_IsAnswered()
    {
        await using var app = await RoomApp.StartAsync(nats.Url);
        using var alice = await RawClient.ConnectAsync(app.Port, "/lobby/alice");

        await alice.SendFrameAsync(RawClient.Ping, "abc"u8);

        var (opcode, payload) = await alice.ReadFrameAsync();
        Assert.Equal(RawClient.Pong, opcode);
        Assert.Equal("abc", Encoding.ASCII.GetString(payload));
    }

    [Fact]
    public async Task Peer_ThatNeverAnswersAClose_IsCutOff()
    {
        await using var app = await RoomApp.StartAsync(nats.Url, o => (o.MaxMessageBytes, o.CloseTimeout) = (10, TimeSpan.FromMilliseconds(200)));
        using var alice = await RawClient.ConnectAsync(app.Port, "/lobby/alice");

        await alice.SendFrameAsync(RawClient.Text, "longer than ten"u8);

        Assert.Equal(CloseCodes.TooBig, await alice.ReadCloseAsync());
        await alice.ReadToEndAsync();
    }

    [Fact]
    public async Task Peer_ThatVanishes_LeavesTheRoom()
    {
        await using var app = await RoomApp.StartAsync(nats.Url);
        var alice = await RawClient.ConnectAsync(app.Port, "/lobby/alice");

        alice.Dispose();

        await Eventually.True(() => app.Log.Has("Left"), "the socket has left");
        Assert.DoesNotContain(app.Log.Entries, e => e.Id.Id is > 300 and < 400 && e.Level >= LogLevel.Warning);
    }
}

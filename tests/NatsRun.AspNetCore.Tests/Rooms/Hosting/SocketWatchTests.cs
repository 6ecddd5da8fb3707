using NatsRun.Testing;

namespace NatsRun.AspNetCore.Tests;

public sealed class SocketWatchTests(NatsServerFixture nats)
{
    [Fact]
    public async Task Stop_WithOpenSockets_TellsThemToGoAwayAndEndsAtOnce()
    {
        await using var app = await RoomApp.StartAsync(nats.Url);
        await using var alice = await app.JoinAsync("lobby", "alice");
        await using var bob = await app.JoinAsync("kitchen", "bob");
        var closes = Task.WhenAll(CloseAsync(alice), CloseAsync(bob));
        var started = TimeProvider.System.GetTimestamp();

        await app.StopAsync();

        Assert.All(await closes, code => Assert.Equal(CloseCodes.GoingAway, code));
        Assert.InRange(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 0, 1);
    }

    [Fact]
    public async Task Stop_WithASocketThatNeverAnswers_CutsItOff()
    {
        await using var app = await RoomApp.StartAsync(nats.Url, o => (o.DrainTimeout, o.CloseTimeout) = (TimeSpan.FromMilliseconds(300), TimeSpan.FromHours(1)));
        using var alice = await RawClient.ConnectAsync(app.Port, "/lobby/alice");
        var started = TimeProvider.System.GetTimestamp();

        await app.StopAsync();

        Assert.Equal(CloseCodes.GoingAway, await alice.ReadCloseAsync());
        await alice.ReadToEndAsync();
        Assert.True(app.Log.Has("Cut"));
        Assert.InRange(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 0.25, 3);
    }

    [Fact]
    public async Task Stop_WhileSocketsDrain_LetsNoNewOnesIn()
    {
        await using var app = await RoomApp.StartAsync(nats.Url, o => (o.DrainTimeout, o.CloseTimeout) = (TimeSpan.FromSeconds(10), TimeSpan.FromHours(1)));
        using var alice = await RawClient.ConnectAsync(app.Port, "/lobby/alice");
        var stopping = app.StopAsync();
        Assert.Equal(CloseCodes.GoingAway, await alice.ReadCloseAsync());

        using var late = await RawClient.ConnectAsync(app.Port, "/lobby/bob");

        Assert.Equal(503, late.Status);
        Assert.False(stopping.IsCompleted);
        alice.Dispose();
        await stopping;
    }

    [Fact]
    public async Task Revocation_OfASession_ClosesItsSocketsAlone()
    {
        await using var app = await RoomApp.StartAsync(nats.Url);
        var (id, cookie) = await TestSessions.CreateAsync(app);
        await using var first = await app.JoinAsync("lobby", id, o => o.SetRequestHeader("Cookie", cookie));
        await using var second = await app.JoinAsync("kitchen", id, o => o.SetRequestHeader("Cookie", cookie));
        await using var other = await app.JoinAsync("lobby", "alice");

        await TestSessions.RevokeAsync(app, id);

        Assert.Equal(CloseCodes.SessionRevoked, await first.ReceiveCloseAsync());
        Assert.Equal(CloseCodes.SessionRevoked, await second.ReceiveCloseAsync());
        Assert.Empty(await other.ReadToMarkAsync());
    }

    private static async Task<int> CloseAsync(RoomClient client)
    {
        var code = await client.ReceiveCloseAsync();
        await client.Socket.CloseOutputAsync(System.Net.WebSockets.WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        return code;
    }
}

using System.Net;
using NATS.Client.Core;
using NatsRun.Testing;

namespace NatsRun.AspNetCore.Tests.Sessions;

public class SessionRevocationsTests(NatsServerFixture nats)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Revoke_KnownClient_CountsOnEveryNodeAndCallsBackOnce()
    {
        var names = new SessionNames();
        await using var one = await SessionNode.StartAsync(nats.Url, names);
        await using var two = await SessionNode.StartAsync(nats.Url, names);
        var (cookie, id) = await one.NewClientAsync();
        Assert.Equal($"Valid {id}", (await two.GetAsync("/read", cookie)).Text);

        await one.Sessions.RevokeAsync(id, Stop);

        Assert.True(one.Sessions.IsRevoked(id));
        Assert.Equal("Revoked ", (await one.GetAsync("/read", cookie)).Text);
        await Eventually.Equal("Revoked ", async () => (await two.GetAsync("/read", cookie)).Text, "the revocation travels");
        await one.Sessions.RevokeAsync(id, Stop);
        var (_, last) = await two.NewClientAsync();
        await one.Sessions.RevokeAsync(last, Stop);
        await Eventually.True(() => one.Revoked.Contains(last) && two.Revoked.Contains(last), "both nodes hear of the last one");
        Assert.Equal([id, last], one.Revoked);
        Assert.Equal([id, last], two.Revoked);
    }

    [Fact]
    public async Task Establish_RevokedCookie_IsRefusedAndDeletedAndTheNextRequestIsSomebodyNew()
    {
        await using var node = await SessionNode.StartAsync(nats.Url, new SessionNames());
        var (cookie, id) = await node.NewClientAsync();
        await node.Sessions.RevokeAsync(id, Stop);

        var refused = await node.GetAsync("/establish", cookie);
        var next = await node.GetAsync("/establish");

        Assert.Equal(HttpStatusCode.Unauthorized, refused.Status);
        Assert.StartsWith("clientId=; expires=Thu, 01 Jan 1970", refused.SetCookie, StringComparison.Ordinal);
        Assert.NotEqual(id, next.Text);
    }

    [Fact]
    public async Task Revoke_ThenANewNode_KnowsIt()
    {
        var names = new SessionNames();
        await using var one = await SessionNode.StartAsync(nats.Url, names);
        var (cookie, id) = await one.NewClientAsync();
        await one.Sessions.RevokeAsync(id, Stop);

        await using var two = await SessionNode.StartAsync(nats.Url, names);

        Assert.Equal("Revoked ", (await two.GetAsync("/read", cookie)).Text);
    }

    [Fact]
    public async Task Revoke_WhileANodeIsCutOff_ReachesItAfterTheReconnect()
    {
        await using var server = await NatsServerFixture.StartAsync();
        var names = new SessionNames();
        await using var one = await SessionNode.StartAsync(server.Url, names);
        var (cookie, id) = await one.NewClientAsync();
        await server.RestartAsync();
        await using var connection = await server.ConnectAsync();
        var store = await Buckets.OpenAsync(connection, names.Revocations);

        await store.PutAsync(id, "", cancellationToken: Stop);

        await Eventually.Equal("Revoked ", async () => (await one.GetAsync("/read", cookie)).Text, "the node watches again");
        Assert.Equal([id], one.Revoked);
    }

    [Fact]
    public async Task Revoke_NatsIsAway_ThrowsAndRevokesNothing()
    {
        await using var server = await NatsServerFixture.StartAsync();
        await using var node = await SessionNode.StartAsync(server.Url, new SessionNames());
        var (_, id) = await node.NewClientAsync();
        await server.KillAsync();
        await Eventually.True(() => !node.Get<Readiness>().IsReady, "the node notices");

        await Assert.ThrowsAsync<NatsException>(() => node.Sessions.RevokeAsync(id, Stop));
        Assert.False(node.Sessions.IsRevoked(id));
    }

    [Theory]
    [InlineData("alice")]
    [InlineData("*")]
    [InlineData(">")]
    [InlineData("")]
    public async Task Revoke_IdOfAnotherShape_Throws(string id)
    {
        await using var node = await SessionNode.StartAsync(nats.Url, new SessionNames());

        await Assert.ThrowsAsync<ArgumentException>(() => node.Sessions.RevokeAsync(id, Stop));
    }

    [Fact]
    public async Task Revoke_TakenBackByAnOperator_IsForgottenEverywhere()
    {
        var names = new SessionNames();
        await using var node = await SessionNode.StartAsync(nats.Url, names);
        await using var connection = await nats.ConnectAsync();
        var (cookie, id) = await node.NewClientAsync();
        await node.Sessions.RevokeAsync(id, Stop);

        await (await Buckets.OpenAsync(connection, names.Revocations)).DeleteAsync(id, cancellationToken: Stop);

        await Eventually.Equal($"Valid {id}", async () => (await node.GetAsync("/read", cookie)).Text, "the removal is watched");
    }

    [Fact]
    public async Task OnRevoked_OneCallbackThrows_TheOthersAreCalled()
    {
        await using var node = await SessionNode.StartAsync(nats.Url, new SessionNames());
        var seen = new List<string>();
        using var bad = node.Sessions.OnRevoked(_ => throw new InvalidOperationException("broken"));
        using var good = node.Sessions.OnRevoked(seen.Add);
        var gone = node.Sessions.OnRevoked(_ => seen.Add("gone"));
        gone.Dispose();
        var id = ClientIds.Create();

        await node.Sessions.RevokeAsync(id, Stop);

        Assert.Equal([id], seen);
    }

    [Theory]
    [InlineData("10.00:00:00", 11)]
    [InlineData("5.00:00:00", 6)]
    public async Task Bucket_LifetimeChanged_OutlivesEveryCookieAndMarksWhatExpires(string lifetime, int days)
    {
        var names = new SessionNames();
        await using (await SessionNode.StartAsync(nats.Url, names, ("NatsRun:Sessions:Lifetime", "7.00:00:00")))
        {
        }

        await using var node = await SessionNode.StartAsync(nats.Url, names, ("NatsRun:Sessions:Lifetime", lifetime));
        await using var connection = await nats.ConnectAsync();

        var config = (await (await Buckets.OpenAsync(connection, names.Revocations)).GetStatusAsync(Stop)).Info.Config;

        Assert.Equal((TimeSpan.FromDays(days), true, 1L), (config.MaxAge, config.AllowMsgTTL, config.MaxMsgsPerSubject));
    }
}

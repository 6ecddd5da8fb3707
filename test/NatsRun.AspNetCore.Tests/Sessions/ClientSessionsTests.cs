using System.Net;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Http;
using NatsRun.Testing;

namespace NatsRun.AspNetCore.Tests.Sessions;

public class ClientSessionsTests(NatsServerFixture nats)
{
    [Fact]
    public async Task Establish_NoCookie_GivesAnIdentityThatIsRecognised()
    {
        await using var node = await SessionNode.StartAsync(nats.Url, new SessionNames());

        var first = await node.GetAsync("/establish");
        var second = await node.GetAsync("/establish", first.Cookie);
        var read = await node.GetAsync("/read", first.Cookie);

        Assert.True(ClientIds.IsServerShape(first.Text));
        Assert.Equal((first.Text, null), (second.Text, second.SetCookie));
        Assert.Equal($"Valid {first.Text}", read.Text);
    }

    [Fact]
    public async Task Establish_NoCookie_SetsFlagsAndKeepsTheResponseOutOfCaches()
    {
        await using var node = await SessionNode.StartAsync(nats.Url, new SessionNames());

        var fresh = await node.GetAsync("/establish");
        var known = await node.GetAsync("/establish", fresh.Cookie);

        Assert.EndsWith("; max-age=2592000; path=/; samesite=lax; httponly", fresh.SetCookie, StringComparison.Ordinal);
        Assert.Equal("no-store", fresh.Response.Headers.CacheControl?.ToString());
        Assert.Equal("public, max-age=60", known.Response.Headers.CacheControl?.ToString());
    }

    [Fact]
    public async Task Establish_TwiceInARequest_IsOneIdentity()
    {
        await using var node = await SessionNode.StartAsync(nats.Url, new SessionNames());

        var answer = await node.GetAsync("/twice");
        var read = await node.GetAsync("/read", answer.Cookie);

        Assert.Equal($"Valid {answer.Text}", read.Text);
    }

    [Fact]
    public async Task Read_NoCookie_IsNoneAndSetsNothing()
    {
        await using var node = await SessionNode.StartAsync(nats.Url, new SessionNames());

        var answer = await node.GetAsync("/read");

        Assert.Equal(("None ", null), (answer.Text, answer.SetCookie));
    }

    [Fact]
    public async Task Establish_PastHalfOfTheLifetime_RenewsTheCookieAndKeepsTheId()
    {
        await using var node = await SessionNode.StartAsync(nats.Url, new SessionNames());
        var (cookie, id) = await node.NewClientAsync();

        node.Time.Advance(TimeSpan.FromDays(16));
        var renewed = await node.GetAsync("/establish", cookie);
        node.Time.Advance(TimeSpan.FromDays(16));

        Assert.Equal(id, renewed.Text);
        Assert.NotEqual(cookie, renewed.Cookie);
        Assert.Equal("Invalid ", (await node.GetAsync("/read", cookie)).Text);
        Assert.Equal($"Valid {id}", (await node.GetAsync("/read", renewed.Cookie)).Text);
    }

    [Fact]
    public async Task Establish_ExpiredCookie_GivesANewIdentity()
    {
        await using var node = await SessionNode.StartAsync(nats.Url, new SessionNames());
        var (cookie, id) = await node.NewClientAsync();
        Assert.Equal($"Valid {id}", (await node.GetAsync("/read", cookie)).Text);

        node.Time.Advance(TimeSpan.FromDays(30));
        var answer = await node.GetAsync("/establish", cookie);

        Assert.NotEqual(id, answer.Text);
        Assert.NotNull(answer.SetCookie);
    }

    [Fact]
    public async Task Read_ChangedCookie_IsInvalid()
    {
        await using var node = await SessionNode.StartAsync(nats.Url, new SessionNames());
        var (cookie, _) = await node.NewClientAsync();
        var value = cookie["clientId=".Length..];
        var changed = Enumerable.Range(0, value.Length).Select(i => value[..i] + (value[i] == 'A' ? 'B' : 'A') + value[(i + 1)..])
            .Concat(Enumerable.Range(1, value.Length - 1).Select(i => value[..i]))
            .Concat([value + "A", value + "AAAA", value + value, "=", "\"" + value + "\"", "cabcdefghijklmnop", new string('A', 5_000)]);

        foreach (var other in changed)
        {
            var answer = await node.GetAsync("/read", "clientId=" + other);
            Assert.True(answer.Text == "Invalid ", $"{other}: {answer.Status} {answer.Text}");
        }

        Assert.StartsWith("Valid", (await node.GetAsync("/read", cookie)).Text, StringComparison.Ordinal);
        Assert.Equal("Invalid ", (await node.GetAsync("/read", cookie + "; " + cookie)).Text);
        Assert.Equal("Invalid ", (await node.GetAsync("/read", cookie, "clientId=x")).Text);
        Assert.DoesNotContain(node.Log.Entries, entry => entry.Message.Contains(value, StringComparison.Ordinal) || entry.Message.Contains(value[..40], StringComparison.Ordinal));
        Assert.DoesNotContain(node.Log.Entries, entry => entry.Level >= Microsoft.Extensions.Logging.LogLevel.Error);
    }

    [Fact]
    public async Task Read_KnownCookie_AllocatesNothing()
    {
        await using var node = await SessionNode.StartAsync(nats.Url, new SessionNames());
        var (cookie, id) = await node.NewClientAsync();
        var context = new DefaultHttpContext();
        context.Request.Headers.Cookie = "theme=dark; " + cookie;
        var sessions = node.Sessions;
        Assert.Equal(SessionState.Valid, sessions.Read(context, out var read));
        Assert.Equal(id, read);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            sessions.Read(context, out _);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public async Task AddSessions_App_KeepsItsOwnDataProtection()
    {
        await using var node = await SessionNode.StartAsync(nats.Url, new SessionNames());

        Assert.Throws<InvalidOperationException>(node.Get<IDataProtectionProvider>);
        Assert.Throws<InvalidOperationException>(node.Get<IKeyManager>);
    }

    [Fact]
    public async Task Read_CookieOfAnotherSystem_IsInvalid()
    {
        await using var node = await SessionNode.StartAsync(nats.Url, new SessionNames());
        await using var other = await SessionNode.StartAsync(nats.Url, new SessionNames());
        var (cookie, _) = await other.NewClientAsync();

        Assert.Equal("Invalid ", (await node.GetAsync("/read", cookie)).Text);
    }

    [Fact]
    public async Task Read_OnAnotherNode_IsTheSameClient()
    {
        var names = new SessionNames();
        await using var one = await SessionNode.StartAsync(nats.Url, names);
        await using var two = await SessionNode.StartAsync(nats.Url, names);
        var (cookie, id) = await one.NewClientAsync();

        Assert.Equal($"Valid {id}", (await two.GetAsync("/read", cookie)).Text);
    }

    [Fact]
    public async Task Read_AfterARestartOfTheNode_IsTheSameClient()
    {
        var names = new SessionNames();
        string cookie, id;
        await using (var before = await SessionNode.StartAsync(nats.Url, names))
        {
            (cookie, id) = await before.NewClientAsync();
        }

        await using var after = await SessionNode.StartAsync(nats.Url, names);

        Assert.Equal($"Valid {id}", (await after.GetAsync("/read", cookie)).Text);
    }

    [Fact]
    public async Task Establish_ManyClients_WritesNothing()
    {
        var names = new SessionNames();
        await using var node = await SessionNode.StartAsync(nats.Url, names);
        await using var connection = await nats.ConnectAsync();
        var before = await Buckets.LastSequencesAsync(connection, names);

        for (var i = 0; i < 100; i++)
        {
            var (cookie, _) = await node.NewClientAsync();
            await node.GetAsync("/establish", cookie);
        }

        Assert.Equal(before, await Buckets.LastSequencesAsync(connection, names));
        Assert.Equal((1UL, 0UL), before);
    }

    [Fact]
    public async Task Establish_NatsIsAway_AnswersUnavailableUntilItComes()
    {
        await using var server = await NatsServerFixture.StartAsync();
        var names = new SessionNames();
        await using var other = await SessionNode.StartAsync(server.Url, names);
        var (cookie, id) = await other.NewClientAsync();
        await server.KillAsync();

        await using var node = await SessionNode.StartAsync(server.Url, names);
        var fresh = await node.GetAsync("/establish");
        var known = await node.GetAsync("/establish", cookie);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, null), (fresh.Status, fresh.SetCookie));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, null), (known.Status, known.SetCookie));
        Assert.NotNull(fresh.Response.Headers.RetryAfter);
        Assert.Equal("Unavailable ", (await node.GetAsync("/read", cookie)).Text);
        Assert.Equal("None ", (await node.GetAsync("/read")).Text);

        await server.RestartAsync();
        await Eventually.Equal($"Valid {id}", async () => (await node.GetAsync("/read", cookie)).Text, "NATS is back");
    }

    [Fact]
    public async Task Establish_NatsGoesAway_GoesOnFromMemory()
    {
        await using var server = await NatsServerFixture.StartAsync();
        await using var node = await SessionNode.StartAsync(server.Url, new SessionNames());
        var (cookie, id) = await node.NewClientAsync();

        await server.KillAsync();

        Assert.Equal($"Valid {id}", (await node.GetAsync("/read", cookie)).Text);
        Assert.Equal(HttpStatusCode.OK, (await node.GetAsync("/establish")).Status);
    }
}

using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using NatsRun.Testing;

namespace NatsRun.AspNetCore.Tests.Http;

public sealed class QueueModeTests(NatsServerFixture nats)
{
    private static void DeclareStream(Topology topology, string prefix) => DeclareStream(topology, prefix, 1_000);

    private static void DeclareStream(Topology topology, string prefix, int maxMessages) => topology.AddStream(new StreamConfig(prefix, [prefix + ".http.>"])
    {
        Retention = StreamConfigRetention.Workqueue,
        Storage = StreamConfigStorage.Memory,
        Discard = StreamConfigDiscard.New,
        MaxAge = TimeSpan.FromHours(1),
        MaxMsgs = maxMessages,
        MaxBytes = -1,
    });

    private Task<GatewayApp> StartAsync(Func<QueueContext, ValueTask<Reply>> handler, Dictionary<string, string?>? settings = null, string? natsUrl = null, int maxMessages = 1_000) =>
        GatewayApp.StartAsync(natsUrl ?? nats.Url, (app, prefix) =>
        {
            app.MapNatsQueue("POST", "/jobs/{id}");
            app.MapWorkQueue(prefix, "jobs").Map(prefix + ".http.post.jobs.{id}", handler);
        }, (topology, prefix) => DeclareStream(topology, prefix, maxMessages), settings: settings);

    [Fact]
    public async Task Post_HandlerInTime_GivesItsReplyAndLeavesTheStreamEmpty()
    {
        await using var app = await StartAsync(c => new(Reply.Created("/jobs/" + c.Route("id"), new { id = c.Route("id"), body = Encoding.UTF8.GetString(c.Body.Span) })));

        var response = await app.Client.PostAsync("/jobs/a%20b", new StringContent("hi"));

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal("/jobs/a b", response.Headers.Location?.ToString());
        Assert.Equal("""{"id":"a b","body":"hi"}""", await response.Content.ReadAsStringAsync());
        await Eventually.Equal(0L, async () => (await StreamAsync(app)).Info.State.Messages, "the handled message is acknowledged away");
    }

    [Fact]
    public async Task Post_HandlerTooSlow_Is202AndTheReplyGoesToThePushSubjectOnce()
    {
        var held = new TaskCompletionSource();
        await using var app = await StartAsync(
            async c =>
            {
                await held.Task;
                return Reply.Text("late");
            },
            new() { ["NatsRun:Http:QueueWait"] = "00:00:00.100" });
        await using var pushes = await Responder.StartAsync(app.Nats, $"{app.Prefix}.clients.*.push", _ => default);

        var response = await app.Client.PostAsync("/jobs/1", new StringContent("hi"));
        held.SetResult();

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        using var accepted = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal("accepted", accepted.RootElement.GetProperty("state").GetString());
        Assert.Equal(app.Prefix, accepted.RootElement.GetProperty("stream").GetString());
        Assert.Equal(1, accepted.RootElement.GetProperty("sequence").GetInt32());
        Assert.InRange(accepted.RootElement.GetProperty("keptUntil").GetDateTimeOffset() - DateTimeOffset.UtcNow, TimeSpan.FromMinutes(58), TimeSpan.FromMinutes(61));
        await Eventually.True(() => !pushes.Received.IsEmpty, "the reply is pushed");
        var push = pushes.Received.Single();
        Assert.Equal("late", Encoding.UTF8.GetString(push.Data!));
        Assert.Equal(accepted.RootElement.GetProperty("requestId").GetString(), push.Headers!["Request-Id"]);
        Assert.Equal(accepted.RootElement.GetProperty("replySubject").GetString(), push.Subject);
        await Eventually.Equal(0L, async () => (await StreamAsync(app)).Info.State.Messages, "the message is acknowledged");
        Assert.Single(pushes.Received);
    }

    [Theory]
    [InlineData("respond-async", "respond-async")]
    [InlineData("Respond-Async, wait=0", "respond-async, wait=0")]
    public async Task Post_PreferRespondAsync_Is202AtOnce(string prefer, string applied)
    {
        var held = new TaskCompletionSource();
        await using var app = await StartAsync(async _ =>
        {
            await held.Task;
            return Reply.NoContent();
        });
        using var request = new HttpRequestMessage(HttpMethod.Post, "/jobs/1");
        request.Headers.TryAddWithoutValidation("Prefer", prefer);

        var response = await app.Client.SendAsync(request);
        held.SetResult();

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal(applied, response.Headers.GetValues("Preference-Applied").Single());
    }

    [Fact]
    public async Task Post_ClientGoesAway_ItsReplyIsPushed()
    {
        var started = new TaskCompletionSource();
        var held = new TaskCompletionSource();
        await using var app = await StartAsync(async _ =>
        {
            started.TrySetResult();
            await held.Task;
            return Reply.Text("done");
        }, new() { ["NatsRun:Http:MaxOutstandingRequests"] = "1" });
        await using var pushes = await Responder.StartAsync(app.Nats, $"{app.Prefix}.clients.*.push", _ => default);
        using var leaving = new CancellationTokenSource();
        var abandoned = app.Client.PostAsync("/jobs/1", null, leaving.Token);
        await started.Task;

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => abandoned);
        await Eventually.Equal(
            HttpStatusCode.BadRequest, async () => (await SendAsync(app.Client, "/jobs/1", "not a key")).StatusCode, "the gateway has noticed, and the place is free again");
        held.SetResult();

        await Eventually.True(() => pushes.Received.Count == 1, "the reply is pushed");
    }

    [Fact]
    public async Task Post_SameIdempotencyKeyAndClient_IsHandledOnceAndSaidToBeARepeat()
    {
        var handled = 0;
        await using var app = await StartAsync(_ =>
        {
            Interlocked.Increment(ref handled);
            return new(Reply.NoContent());
        });
        using var browser = new HttpClient { BaseAddress = app.Url };

        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(browser, "/jobs/1", "k1")).StatusCode);
        var repeat = await SendAsync(browser, "/jobs/1", "k1");
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(browser, "/jobs/1", "k2")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(app.Client, "/jobs/1", "k1")).StatusCode);

        Assert.Equal(HttpStatusCode.Accepted, repeat.StatusCode);
        Assert.Contains("\"state\":\"repeat\"", await repeat.Content.ReadAsStringAsync());
        Assert.Equal(3, handled);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    public async Task Post_UnusableIdempotencyKey_Is400(string key)
    {
        await using var app = await StartAsync(_ => new(Reply.NoContent()));

        var response = await SendAsync(app.Client, "/jobs/1", key);
        var tooLong = await SendAsync(app.Client, "/jobs/1", new string('x', 256));

        await RequestModeTests.AssertProblemAsync(response, HttpStatusCode.BadRequest, "bad-request");
        await RequestModeTests.AssertProblemAsync(tooLong, HttpStatusCode.BadRequest, "bad-request");
    }

    [Fact]
    public async Task Post_FullStream_Is503AndNotQueued()
    {
        var held = new TaskCompletionSource();
        await using var app = await StartAsync(async _ =>
        {
            await held.Task;
            return Reply.NoContent();
        }, maxMessages: 5);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(HttpStatusCode.Accepted, (await SendAsync(app.Client, "/jobs/1", null, "respond-async")).StatusCode);
        }

        var response = await SendAsync(app.Client, "/jobs/1", null);
        held.SetResult();

        await RequestModeTests.AssertProblemAsync(response, HttpStatusCode.ServiceUnavailable, "stream-full");
        Assert.NotNull(response.Headers.RetryAfter);
    }

    [Fact]
    public async Task Post_HandlerFails_IsTriedAgainUntilItSucceeds()
    {
        var attempts = new List<int>();
        await using var app = await StartAsync(c =>
        {
            lock (attempts)
            {
                attempts.Add(c.Attempt);
            }

            return c.Attempt < 3 ? throw new InvalidOperationException("not yet") : new(Reply.Text("ok"));
        });

        var response = await app.Client.PostAsync("/jobs/1", null);

        Assert.Equal("ok", await response.Content.ReadAsStringAsync());
        Assert.Equal([1, 2, 3], attempts);
    }

    [Fact]
    public async Task Post_StreamAcknowledgement_IsNeverTakenForTheReply()
    {
        await using var app = await StartAsync(_ => new(Reply.Text("the reply")));

        var bodies = await Task.WhenAll(Enumerable.Range(0, 200).Select(async i => await (await app.Client.PostAsync($"/jobs/{i}", null)).Content.ReadAsStringAsync()));

        Assert.All(bodies, b => Assert.Equal("the reply", b));
    }

    [Theory]
    [InlineData("$JS.API.STREAM.PURGE.x")]
    [InlineData("other.subject")]
    [InlineData("{prefix}.clients.>")]
    [InlineData("{prefix}.clients.a..b")]
    public async Task Handler_ReplySubjectOutsideThePrefixes_GetsNothing(string replyTo)
    {
        await using var app = await StartAsync(_ => new(Reply.Text("secret")));
        await using var spy = await Responder.StartAsync(app.Nats, "other.subject", _ => default);
        var jetStream = new NatsJSContext(app.Nats);

        await jetStream.PublishAsync($"{app.Prefix}.http.post.jobs.1", Array.Empty<byte>(), headers: new NatsHeaders
        {
            ["Reply-To"] = replyTo.Replace("{prefix}", app.Prefix),
            ["Reply-Inbox"] = replyTo.Replace("{prefix}", app.Prefix),
        });

        await Eventually.Equal(0L, async () => (await StreamAsync(app)).Info.State.Messages, "the message is handled");
        Assert.Empty(spy.Received);
        Assert.True(app.Log.Has("Refused"));
        Assert.Equal(NatsConnectionState.Open, app.Nats.ConnectionState);
    }

    [Fact]
    public async Task Start_QueueRouteThatNoConsumerTakes_IsRefusedWithTheRoute()
    {
        var error = await Assert.ThrowsAsync<NatsRunStartException>(() => GatewayApp.StartAsync(nats.Url, (app, prefix) =>
        {
            app.MapNatsQueue("PUT", "/jobs/{id}");
            app.MapWorkQueue(prefix, "jobs").Map(prefix + ".http.post.jobs.{id}", _ => new(Reply.NoContent()));
        }, DeclareStream));

        Assert.Contains(".http.put.jobs.*", error.Message);
        Assert.Contains(".http.post.jobs.*", error.Message);
    }

    [Fact]
    public async Task Start_QueueRouteWithoutStream_IsRefused()
    {
        var error = await Assert.ThrowsAsync<NatsRunStartException>(() => GatewayApp.StartAsync(nats.Url, (app, _) => app.MapNatsQueue("PUT", "/jobs")));

        Assert.Contains("stream", error.Message);
    }

    [Fact]
    public async Task Post_ServerLostWithItsMemoryWhileWaiting_IsNeverSaidToBeAccepted()
    {
        await using var server = await NatsServerFixture.StartAsync();
        var started = new TaskCompletionSource();
        await using var app = await StartAsync(
            async c =>
            {
                started.TrySetResult();
                await Task.Delay(Timeout.Infinite, c.CancellationToken);
                return Reply.NoContent();
            },
            new() { ["NatsRun:Http:QueueWait"] = "00:00:03" },
            server.Url);
        var waiting = app.Client.PostAsync("/jobs/1", null);
        await started.Task;

        await server.KillAsync();
        await server.RestartAsync();

        await RequestModeTests.AssertProblemAsync(await waiting, HttpStatusCode.GatewayTimeout, "outcome-unknown");
    }

    [Fact]
    public async Task Stop_NatsGoneWhileAHandlerRuns_EndsWithTheHandler()
    {
        await using var server = await NatsServerFixture.StartAsync();
        var started = new TaskCompletionSource();
        var held = new TaskCompletionSource();
        await using var app = await StartAsync(
            async _ =>
            {
                started.TrySetResult();
                await held.Task;
                return Reply.NoContent();
            },
            new() { ["NatsRun:Http:DrainTimeout"] = "00:00:00.200" },
            server.Url);
        var waiting = app.Client.PostAsync("/jobs/1", null);
        await started.Task;
        await server.KillAsync();

        var stopping = app.StopAsync();
        held.SetResult();

        await stopping.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.NotEqual(HttpStatusCode.Accepted, (await waiting).StatusCode);
    }

    [Fact]
    public async Task Readiness_ConsumerDeletedBehindItsBack_IsMadeAgain()
    {
        await using var app = await StartAsync(_ => new(Reply.Text("ok")));
        var jetStream = new NatsJSContext(app.Nats);

        await jetStream.DeleteConsumerAsync(app.Prefix, "jobs");

        await Eventually.True(
            async () => (await app.Client.PostAsync("/jobs/1", null)).StatusCode == HttpStatusCode.OK, "the consumer returns", TimeSpan.FromSeconds(40));
    }

    [Fact]
    public async Task Stop_RequestWaiting_Is202BeforeTheNodeIsGone()
    {
        var started = new TaskCompletionSource();
        var held = new TaskCompletionSource();
        await using var app = await StartAsync(
            async _ =>
            {
                started.SetResult();
                await held.Task;
                return Reply.NoContent();
            },
            new() { ["NatsRun:Http:DrainTimeout"] = "00:00:00.200" });
        var waiting = SendAsync(app.Client, "/jobs/1", null, "wait=30");
        await started.Task;

        var stopping = app.StopAsync();
        var response = await waiting;
        held.SetResult();
        await stopping;

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    [Fact]
    public async Task Post_NatsKilledAndBack_Is503WithRetryAfterAndThenServedAgain()
    {
        await using var server = await NatsServerFixture.StartAsync();
        await using var app = await StartAsync(_ => new(Reply.Text("ok")), natsUrl: server.Url);
        Assert.Equal(HttpStatusCode.OK, (await app.Client.PostAsync("/jobs/1", null)).StatusCode);

        await server.KillAsync();
        await Eventually.Equal(HttpStatusCode.ServiceUnavailable, async () => (await app.Client.GetAsync("/readyz")).StatusCode, "the loss of NATS shows");
        var away = await app.Client.PostAsync("/jobs/1", null);
        await server.RestartAsync();

        await RequestModeTests.AssertProblemAsync(away, HttpStatusCode.ServiceUnavailable, "nats-unreachable");
        Assert.NotNull(away.Headers.RetryAfter);
        await Eventually.Equal(HttpStatusCode.OK, async () => (await app.Client.GetAsync("/readyz")).StatusCode, "the node is ready again");
        Assert.Equal(HttpStatusCode.OK, (await app.Client.PostAsync("/jobs/2", null)).StatusCode);
    }

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, string path, string? key, string? prefer = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path);
        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        }

        if (prefer is not null)
        {
            request.Headers.TryAddWithoutValidation("Prefer", prefer);
        }

        return client.SendAsync(request);
    }

    private static async Task<INatsJSStream> StreamAsync(GatewayApp app) => await new NatsJSContext(app.Nats).GetStreamAsync(app.Prefix);
}

using System.Text;
using Microsoft.Extensions.Hosting;
using NATS.Client.Core;
using NatsRun.Routing;
using NatsRun.Testing;

namespace NatsRun.Tests.Requests;

public sealed class MapRequestTests(NatsServerFixture nats)
{
    public sealed record Body(string Name);

    [Fact]
    public async Task Request_Template_GivesParametersDecodedAndTheReply()
    {
        await using var worker = await HandlerHost.StartAsync(nats.Url, (host, prefix) =>
            host.MapRequest(prefix + ".users.{id}", c => new(Reply.Text(c.Route("id") + "|" + c.Subject))));

        var reply = await worker.Nats.RequestAsync<string, string>($"{worker.Prefix}.users.a%2Eb", "");

        Assert.Equal($"a.b|{worker.Prefix}.users.a%2Eb", reply.Data);
        Assert.Equal("200", reply.Headers!["Http-Status"]);
        Assert.Equal("text/plain; charset=utf-8", reply.Headers["Content-Type"]);
    }

    [Theory]
    [InlineData("*")]
    [InlineData(">")]
    [InlineData("100%")]
    public async Task Request_TokenThatIsNoEncoding_IsGivenAsItIs(string token)
    {
        await using var worker = await HandlerHost.StartAsync(nats.Url, (host, prefix) => host.MapRequest(prefix + ".users.{id}", c => new(Reply.Text(c.Route("id")))));

        Assert.Equal(token, (await worker.Nats.RequestAsync<string, string>($"{worker.Prefix}.users.{token}", "")).Data);
    }

    [Fact]
    public async Task Request_SeveralPatternsMatch_TheBestAloneAnswers()
    {
        var answers = 0;
        await using var worker = await HandlerHost.StartAsync(nats.Url, (host, prefix) =>
        {
            host.MapRequest(prefix + ".>", _ => Count("rest"));
            host.MapRequest(prefix + ".users.{id}", _ => Count("one"));
            host.MapRequest(prefix + ".users.me", _ => Count("me"));
        });

        ValueTask<Reply> Count(string text)
        {
            Interlocked.Increment(ref answers);
            return new(Reply.Text(text));
        }

        Assert.Equal("me", (await worker.Nats.RequestAsync<string, string>($"{worker.Prefix}.users.me", "")).Data);
        Assert.Equal("one", (await worker.Nats.RequestAsync<string, string>($"{worker.Prefix}.users.x", "")).Data);
        Assert.Equal("rest", (await worker.Nats.RequestAsync<string, string>($"{worker.Prefix}.other.a.b", "")).Data);
        Assert.Equal(3, answers);
    }

    [Fact]
    public async Task Request_TwoProcesses_OneOfThemAnswers()
    {
        var answers = 0;
        void Map(IHost host, string prefix) => host.MapRequest(prefix + ".x", _ =>
        {
            Interlocked.Increment(ref answers);
            return new(Reply.NoContent());
        });
        await using var one = await HandlerHost.StartAsync(nats.Url, Map);
        await using var two = await HandlerHost.StartAsync(nats.Url, Map, one.Prefix);

        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => one.Nats.RequestAsync<string, byte[]>(one.Prefix + ".x", "").AsTask()));

        Assert.Equal(100, answers);
    }

    [Fact]
    public async Task Request_HandlersRunAtOnce_UpToTheConcurrency()
    {
        var running = 0;
        var all = new TaskCompletionSource();
        await using var worker = await HandlerHost.StartAsync(nats.Url, (host, prefix) => host.MapRequest(
            prefix + ".x",
            async _ =>
            {
                if (Interlocked.Increment(ref running) == 50)
                {
                    all.SetResult();
                }

                await all.Task;
                return Reply.NoContent();
            },
            o => o.Concurrency = 50));

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => worker.Nats.RequestAsync<string, byte[]>(worker.Prefix + ".x", "").AsTask()));

        Assert.Equal(50, running);
    }

    [Fact]
    public async Task Request_HandlerThrows_Is500WithoutTheReasonAndTheNextIsServed()
    {
        await using var worker = await HandlerHost.StartAsync(nats.Url, (host, prefix) =>
            host.MapRequest(prefix + ".{x}", c => c.Route("x") == "bad" ? throw new InvalidOperationException("secret") : new(Reply.Text("ok"))));

        var failed = await worker.Nats.RequestAsync<string, string>(worker.Prefix + ".bad", "");

        Assert.Equal("500", failed.Headers!["Nats-Service-Error-Code"]);
        Assert.Equal("500", failed.Headers["Http-Status"]);
        Assert.DoesNotContain("secret", failed.Data + string.Join(' ', failed.Headers.Values));
        Assert.Equal("ok", (await worker.Nats.RequestAsync<string, string>(worker.Prefix + ".good", "")).Data);
    }

    [Theory]
    [InlineData("{\"name\":\"Ada\"}", "application/json", "200")]
    [InlineData("{\"name\":\"Ada\"}", "application/merge-patch+json; charset=utf-8", "200")]
    [InlineData("{\"name\":\"Ada\"}", null, "200")]
    [InlineData("{\"name\":\"Ada\"}", "text/plain", "415")]
    [InlineData("{\"name\":", "application/json", "400")]
    [InlineData("{\"name\":5}", "application/json", "400")]
    [InlineData("null", "application/json", "400")]
    [InlineData("", "application/json", "400")]
    public async Task Request_JsonBody_IsBoundOrAnswered(string body, string? contentType, string status)
    {
        await using var worker = await HandlerHost.StartAsync(nats.Url, (host, prefix) => host.MapRequest<Body>(prefix + ".x", (_, b) => new(Reply.Json(b))));

        var reply = await worker.Nats.RequestAsync<byte[], string>(
            worker.Prefix + ".x", Encoding.UTF8.GetBytes(body), headers: contentType is null ? null : new NatsHeaders { ["Content-Type"] = contentType });

        Assert.Equal(status, reply.Headers!["Http-Status"]);
        Assert.Equal(status == "200" ? "{\"name\":\"Ada\"}" : reply.Data, reply.Data);
    }

    [Fact]
    public async Task Request_ReplySubjectOutsideThePrefixes_GetsNothing()
    {
        await using var worker = await HandlerHost.StartAsync(nats.Url, (host, prefix) => host.MapRequest(prefix + ".x", _ => new(Reply.Text("secret"))));
        await using var spy = await worker.Nats.SubscribeCoreAsync<string>(worker.Prefix + ".private");
        await worker.Nats.PingAsync();

        await worker.Nats.PublishAsync(worker.Prefix + ".x", "", replyTo: worker.Prefix + ".private");

        await Eventually.True(() => worker.Log.Has("Refused"), "the refusal is logged");
        await worker.Nats.RequestAsync<string, string>(worker.Prefix + ".x", "");
        Assert.False(spy.Msgs.TryRead(out _));
    }

    [Fact]
    public async Task Stop_RequestRunning_FinishesItsReply()
    {
        var held = new TaskCompletionSource();
        var started = new TaskCompletionSource();
        await using var worker = await HandlerHost.StartAsync(nats.Url, (host, prefix) => host.MapRequest(prefix + ".x", async _ =>
        {
            started.SetResult();
            await held.Task;
            return Reply.Text("done");
        }));
        await using var client = await nats.ConnectAsync();
        var request = client.RequestAsync<string, string>(worker.Prefix + ".x", "").AsTask();
        await started.Task;

        var stopping = worker.StopAsync();
        held.SetResult();
        await stopping;

        Assert.Equal("done", (await request).Data);
        await Assert.ThrowsAsync<NatsNoRespondersException>(() => client.RequestAsync<string, string>(worker.Prefix + ".x", "").AsTask());
    }

    [Theory]
    [InlineData("a..b")]
    [InlineData("a.>.b")]
    [InlineData("a b")]
    [InlineData("a.{x}.{x}")]
    public async Task Map_BadPattern_NamesIt(string pattern)
    {
        var error = await Assert.ThrowsAsync<SubjectPatternException>(() => HandlerHost.StartAsync(nats.Url, (host, _) => host.MapRequest(pattern, _ => new(Reply.NoContent()))));

        Assert.Contains(pattern, error.Message);
    }

    [Fact]
    public async Task Map_SamePatternTwice_IsRefused() => await Assert.ThrowsAsync<InvalidOperationException>(() => HandlerHost.StartAsync(nats.Url, (host, prefix) =>
    {
        host.MapRequest(prefix + ".{a}", _ => new(Reply.NoContent()));
        host.MapRequest(prefix + ".*", _ => new(Reply.NoContent()));
    }));
}

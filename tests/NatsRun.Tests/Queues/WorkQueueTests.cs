using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Hosting;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using NatsRun.Testing;

namespace NatsRun.Tests.Queues;

public sealed class WorkQueueTests(NatsServerFixture nats)
{
    public sealed record Body(string Name);

    private Task<HandlerHost> StartAsync(Func<QueueContext, ValueTask<Reply>> handler, Action<WorkQueueOptions>? configure = null, string? prefix = null) =>
        HandlerHost.StartAsync(nats.Url, (host, p) => host.MapWorkQueue(p, "jobs", configure).Map(p + ".q.{job}", handler), prefix, withStream: true);

    [Fact]
    public async Task Message_Handled_IsAcknowledgedAfterItsHandler()
    {
        var held = new TaskCompletionSource();
        await using var worker = await StartAsync(async _ =>
        {
            await held.Task;
            return Reply.NoContent();
        });
        await worker.PublishAsync("a", []);
        await Eventually.Equal(1L, () => Ack(worker, i => i.NumAckPending), "the message is being handled");

        Assert.Equal(1, await worker.PendingAsync());
        held.SetResult();

        await Eventually.Equal(0L, worker.PendingAsync, "the handled message is acknowledged away");
    }

    [Fact]
    public async Task Consumer_IsExplicitAndFiltersWhatTheRoutesTake()
    {
        await using var worker = await HandlerHost.StartAsync(nats.Url, (host, p) => host.MapWorkQueue(p, "jobs")
            .Map(p + ".q.{job}", _ => new(Reply.NoContent()))
            .Map(p + ".q.special", _ => new(Reply.NoContent()))
            .Map(p + ".q.deep.>", _ => new(Reply.NoContent())), withStream: true);

        var config = (await worker.JetStream.GetConsumerAsync(worker.Prefix, "jobs")).Info.Config;

        Assert.Equal(ConsumerConfigAckPolicy.Explicit, config.AckPolicy);
        Assert.Equal(-1, config.MaxDeliver);
        Assert.Equal([$"{worker.Prefix}.q.*", $"{worker.Prefix}.q.deep.>"], config.FilterSubjects!.Order());
    }

    [Fact]
    public async Task Message_HandlerFails_ComesAgainLaterWithTheSameIdAndTheNextAttempt()
    {
        var seen = new ConcurrentQueue<(string Id, int Attempt)>();
        await using var worker = await StartAsync(
            c =>
            {
                seen.Enqueue((c.MessageId, c.Attempt));
                return c.Attempt < 3 ? throw new InvalidOperationException("not yet") : new(Reply.NoContent());
            },
            o => o.RetryWaitMin = TimeSpan.FromMilliseconds(20));

        await worker.PublishAsync("a", [], new NatsHeaders { ["Nats-Msg-Id"] = "id-1" });
        await worker.PublishAsync("b", []);
        await worker.PublishAsync("c", [], new NatsHeaders { ["Nats-Msg-Id"] = "" });

        await Eventually.Equal(0L, worker.PendingAsync, "all are handled in the end");
        var groups = seen.GroupBy(s => s.Id).ToDictionary(g => g.Key, g => g.Select(s => s.Attempt).ToArray());
        Assert.Equal(3, groups.Count);
        Assert.Contains("id-1", groups.Keys);
        Assert.All(groups, g => Assert.True(g.Key.Length > 0 && g.Value is [1, 2, 3]));
    }

    [Fact]
    public async Task Message_HandlerRunsLongerThanTheAckWait_IsNotDeliveredTwice()
    {
        var deliveries = 0;
        await using var worker = await StartAsync(
            async c =>
            {
                Interlocked.Increment(ref deliveries);
                await Task.Delay(TimeSpan.FromSeconds(2.5), TimeProvider.System, c.CancellationToken);
                return Reply.NoContent();
            },
            o => o.AckWait = TimeSpan.FromSeconds(1));

        await worker.PublishAsync("a", []);

        await Eventually.Equal(0L, worker.PendingAsync, "the slow handler ends");
        Assert.Equal(1, deliveries);
    }

    [Fact]
    public async Task Message_WorkerGoneBeforeItsAck_IsHandledByAnother()
    {
        var started = new TaskCompletionSource();
        var never = new TaskCompletionSource<Reply>();
        var lost = await StartAsync(
            c =>
            {
                started.TrySetResult();
                return new(never.Task.WaitAsync(c.CancellationToken));
            },
            o => o.AckWait = TimeSpan.FromSeconds(1));
        await lost.PublishAsync("a", Encoding.UTF8.GetBytes("work"));
        await started.Task;

        await lost.Nats.DisposeAsync();
        var handled = new TaskCompletionSource<string>();
        await using var other = await StartAsync(
            c =>
            {
                handled.TrySetResult(Encoding.UTF8.GetString(c.Body.Span) + c.Attempt);
                return new(Reply.NoContent());
            },
            o => o.AckWait = TimeSpan.FromSeconds(1),
            lost.Prefix);

        Assert.Equal("work2", await handled.Task.WaitAsync(TimeSpan.FromSeconds(20)));
        await Eventually.Equal(0L, other.PendingAsync, "the message is acknowledged by the other");
        await lost.DisposeAsync();
    }

    [Theory]
    [InlineData("{\"name\":", "400")]
    [InlineData("null", "400")]
    public async Task Message_Undecodable_IsAnsweredAndDone(string body, string status)
    {
        await using var worker = await HandlerHost.StartAsync(nats.Url, (host, p) => host.MapWorkQueue(p, "jobs").Map<Body>(p + ".q.x", (_, _) => new(Reply.NoContent())), withStream: true);
        await using var pushes = await worker.Nats.SubscribeCoreAsync<string>(worker.Prefix + ".clients.c1.push");
        await worker.Nats.PingAsync();

        await worker.PublishAsync("x", Encoding.UTF8.GetBytes(body), new NatsHeaders { ["Reply-To"] = worker.Prefix + ".clients.c1.push", ["Request-Id"] = "r1" });

        var push = await pushes.Msgs.ReadAsync();
        Assert.Equal(status, push.Headers!["Http-Status"]);
        Assert.Equal("r1", push.Headers["Request-Id"]);
        await Eventually.Equal(0L, worker.PendingAsync, "the message is done");
    }

    [Fact]
    public async Task Message_UndecodableAndNobodyAsked_IsTerminatedAndLogged()
    {
        await using var worker = await HandlerHost.StartAsync(nats.Url, (host, p) => host.MapWorkQueue(p, "jobs").Map<Body>(p + ".q.x", (_, _) => new(Reply.NoContent())), withStream: true);

        await worker.PublishAsync("x", [1, 2, 3]);

        await Eventually.Equal(0L, worker.PendingAsync, "the message is terminated");
        Assert.True(worker.Log.Has("Rejected"));
    }

    [Fact]
    public async Task Reply_InboxTakesIt_IsNotPushedToo()
    {
        await using var worker = await StartAsync(_ => new(Reply.Text("done")));
        await using var pushes = await worker.Nats.SubscribeCoreAsync<string>(worker.Prefix + ".clients.c1.push");
        await using var inbox = await worker.Nats.SubscribeCoreAsync<string>("_INBOX." + worker.Prefix);
        await worker.Nats.PingAsync();
        var headers = new NatsHeaders { ["Reply-To"] = worker.Prefix + ".clients.c1.push", ["Reply-Inbox"] = "_INBOX." + worker.Prefix };

        await worker.PublishAsync("x", [], headers);
        var reply = await inbox.Msgs.ReadAsync();
        await reply.ReplyAsync(headers: new NatsHeaders { ["Reply-Status"] = "taken" });
        await Eventually.Equal(0L, worker.PendingAsync, "the message is done");
        Assert.False(pushes.Msgs.TryRead(out _));

        await worker.PublishAsync("x", [], new NatsHeaders { ["Reply-To"] = worker.Prefix + ".clients.c1.push", ["Reply-Inbox"] = "_INBOX." + worker.Prefix });
        reply = await inbox.Msgs.ReadAsync();
        await reply.ReplyAsync(headers: new NatsHeaders { ["Reply-Status"] = "gone" });

        Assert.Equal("done", (await pushes.Msgs.ReadAsync()).Data);
    }

    [Fact]
    public async Task Stop_MessageRunning_FinishesItAndReturnsTheRest()
    {
        var started = new TaskCompletionSource();
        var held = new TaskCompletionSource();
        var handled = new ConcurrentQueue<string>();
        await using var worker = await StartAsync(
            async c =>
            {
                started.TrySetResult();
                await held.Task;
                handled.Enqueue(c.Route("job"));
                return Reply.NoContent();
            },
            o =>
            {
                o.Concurrency = 1;
                o.AckWait = TimeSpan.FromMinutes(5);
            });
        for (var i = 0; i < 5; i++)
        {
            await worker.PublishAsync("job" + i, []);
        }

        await started.Task;
        await using var client = await nats.ConnectAsync();
        var jetStream = new NatsJSContext(client);
        var stopping = worker.StopAsync();
        var taken = new HashSet<string>();
        await Eventually.True(async () => await TakeAsync(jetStream, worker.Prefix, taken) == 4, "another worker gets at once what has not begun");
        held.SetResult();
        await stopping;

        Assert.Equal(["job0"], handled);
        Assert.Equal(4, (await jetStream.GetStreamAsync(worker.Prefix)).Info.State.Messages);
    }

    [Fact]
    public async Task Restart_OfTheServer_ForgetsNoFileMessageAndTakesNewOnes()
    {
        await using var server = await NatsServerFixture.StartAsync();
        var handled = new ConcurrentQueue<string>();
        await using var worker = await HandlerHost.StartAsync(
            server.Url,
            (host, p) => host.MapWorkQueue(p, "jobs", o => o.AckWait = TimeSpan.FromSeconds(1)).Map(p + ".q.{job}", c =>
            {
                handled.Enqueue(c.Route("job"));
                return new(Reply.NoContent());
            }),
            withStream: true,
            storage: StreamConfigStorage.File);
        await worker.PublishAsync("before", []);
        await Eventually.True(() => handled.Contains("before"), "the worker works");

        await server.KillAsync();
        await server.RestartAsync();

        await Eventually.True(async () =>
        {
            try
            {
                await worker.PublishAsync("after", [], new NatsHeaders { ["Nats-Msg-Id"] = "after" });
                return true;
            }
            catch (Exception)
            {
                return false;
            }
        }, "the stream is back");
        await Eventually.True(() => handled.Contains("after"), "the worker works again");
    }

    [Fact]
    public async Task Start_QueueWithoutRoutesOrOutsideItsStream_IsRefused()
    {
        var noRoutes = await Assert.ThrowsAsync<TopologyException>(() => HandlerHost.StartAsync(nats.Url, (host, p) => host.MapWorkQueue(p, "jobs"), withStream: true));
        var outside = await Assert.ThrowsAsync<TopologyException>(() => HandlerHost.StartAsync(
            nats.Url, (host, p) => host.MapWorkQueue(p, "jobs").Map(p + ".elsewhere", _ => new(Reply.NoContent())), withStream: true));

        Assert.Contains("no routes", noRoutes.Message);
        Assert.Contains(".elsewhere", outside.Message);
    }

    private static async Task<int> TakeAsync(NatsJSContext jetStream, string stream, HashSet<string> taken)
    {
        var consumer = (NatsJSConsumer)await jetStream.GetConsumerAsync(stream, "jobs");
        await foreach (var message in consumer.FetchNoWaitAsync<byte[]>(new NatsJSFetchOpts { MaxMsgs = 10 }))
        {
            taken.Add(message.Subject);
        }

        return taken.Count;
    }

    private static async Task<long> Ack(HandlerHost worker, Func<ConsumerInfo, long> value) =>
        value((await worker.JetStream.GetConsumerAsync(worker.Prefix, "jobs")).Info);
}

using System.Net;
using System.Text;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NatsRun.Testing;

namespace Chat.Tests.Nodes;

/// <summary>A process dies between taking a message and acknowledging it: the user is created all the same, and once.</summary>
public sealed class HandlerCrashTests
{
    /// <summary>Longer than the time after which an unacknowledged message is given to another process.</summary>
    private static readonly TimeSpan Redelivery = TimeSpan.FromSeconds(40);

    [Fact]
    public async Task Handler_KilledAfterItsWorkAndBeforeTheAck_CreatesTheUserOnce()
    {
        await using var server = await NatsServerFixture.StartAsync();
        await using var nats = await server.ConnectAsync();
        await using var proxy = new CuttingProxy(new Uri(server.Url).Port, "$JS.ACK.users.post_users");
        await using var first = await Demo.StartAsync($"nats://127.0.0.1:{proxy.Port}");

        await PublishUserAsync(nats);
        await proxy.Cut.WaitAsync(Eventually.DefaultTimeout);
        Assert.Equal(new UserCounts(Stored: 1, Events: 1, EventSubjects: 1, Waiting: 1), await Users.CountAsync(nats));
        await first.KillAsync();

        await using var second = await Demo.StartAsync(server.Url);
        await Eventually.Equal(UserCounts.ExactlyOnce(1), () => Users.CountAsync(nats), "another process takes the message over", Redelivery);
        Assert.Equal(2, await DeliveriesAsync(nats));
    }

    [Fact]
    public async Task Handler_KilledBeforeItsWork_LeavesTheUserToAnother()
    {
        await using var server = await NatsServerFixture.StartAsync();
        await using var nats = await server.ConnectAsync();
        await using var first = await Demo.StartAsync(server.Url);

        // A stopped process cannot handle what the server gives it.
        await Eventually.True(async () => await PullsAsync(nats) > 0, "the process asks for messages");
        first.Process.Send(Signal.Stop);
        await PublishUserAsync(nats);
        await Eventually.Equal(1, () => DeliveriesAsync(nats), "the stopped process is given the message");
        Assert.Equal(new UserCounts(Stored: 0, Events: 0, EventSubjects: 0, Waiting: 1), await Users.CountAsync(nats));
        await first.KillAsync();

        await using var second = await Demo.StartAsync(server.Url);
        await Eventually.Equal(UserCounts.ExactlyOnce(1), () => Users.CountAsync(nats), "another process takes the message over", Redelivery);
    }

    [Fact]
    public async Task Handler_KilledAmongManyRequests_LosesNoUserAndDoublesNone()
    {
        const int users = 2_000;
        const int killAfter = 500;
        await using var server = await NatsServerFixture.StartAsync();
        await using var nats = await server.ConnectAsync();
        await using var victim = await Demo.StartAsync(server.Url);
        await using var other = await Demo.StartAsync(server.Url);

        var started = 0;
        var answered = 0;
        var killed = Task.CompletedTask;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref started) <= users)
            {
                using var response = await Users.PostAsync(other.Http);
                Assert.True(response.StatusCode is HttpStatusCode.Created or HttpStatusCode.Accepted, $"The answer was {response.StatusCode}.");
                if (Interlocked.Increment(ref answered) == killAfter)
                {
                    killed = victim.KillAsync();
                }
            }
        })));

        await killed;
        await Eventually.Equal(UserCounts.ExactlyOnce(users), () => Users.CountAsync(nats), "what the dead process held is delivered again", Redelivery);
    }

    private static async Task PublishUserAsync(INatsConnection nats)
    {
        var headers = new NatsHeaders { ["Content-Type"] = "application/json", ["Nats-Msg-Id"] = Unique.Name() };
        var stored = await new NatsJSContext(nats).PublishAsync(
            "demo.http.post.users", Encoding.UTF8.GetBytes("""{"name":"Ada","email":"ada@example.org"}"""), headers: headers);
        stored.EnsureSuccess();
    }

    private static async Task<int> DeliveriesAsync(INatsConnection nats) =>
        (int)(await new NatsJSContext(nats).GetConsumerAsync("users", "post_users")).Info.Delivered.ConsumerSeq;

    private static async Task<long> PullsAsync(INatsConnection nats) =>
        (await new NatsJSContext(nats).GetConsumerAsync("users", "post_users")).Info.NumWaiting;
}

using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using NatsRun.Testing;

namespace Chat.Tests.Nodes;

public sealed class UserTopologyTests(ChatHost host) : IClassFixture<ChatHost>
{
    [Fact]
    public async Task StreamUsers_AsAnyNatsClientSeesIt_IsABoundedWorkQueueInMemory()
    {
        await using var nats = await host.Nats.ConnectAsync();
        var config = (await new NatsJSContext(nats).GetStreamAsync("users")).Info.Config;

        Assert.Equal(["demo.http.>"], config.Subjects);
        Assert.Equal(StreamConfigRetention.Workqueue, config.Retention);
        Assert.Equal(StreamConfigStorage.Memory, config.Storage);
        Assert.Equal(StreamConfigDiscard.New, config.Discard);
        Assert.Equal(TimeSpan.FromHours(24), config.MaxAge);
        Assert.True(config.MaxBytes > 0);
    }

    [Fact]
    public async Task ConsumerPostUsers_AsAnyNatsClientSeesIt_AcknowledgesExplicitly()
    {
        await using var nats = await host.Nats.ConnectAsync();
        var config = (await new NatsJSContext(nats).GetConsumerAsync("users", "post_users")).Info.Config;

        Assert.Equal("post_users", config.DurableName);
        Assert.Equal(ConsumerConfigAckPolicy.Explicit, config.AckPolicy);
        Assert.Equal(-1, config.MaxDeliver);
        var filters = config.FilterSubjects ?? [config.FilterSubject!];
        Assert.Equal(["demo.http.post.users"], filters);
    }

    [Fact]
    public async Task Event_OfANewUser_IsKeptInItsStream()
    {
        var id = await Users.CreateAsync(host.Demo);
        await using var nats = await host.Nats.ConnectAsync();
        var events = await new NatsJSContext(nats).GetStreamAsync("user-events");

        var stored = await events.GetAsync(new() { LastBySubj = $"demo.users.{id}.created" });

        Assert.Contains(id, System.Text.Encoding.UTF8.GetString(stored.Message.Data.Span), StringComparison.Ordinal);
    }
}

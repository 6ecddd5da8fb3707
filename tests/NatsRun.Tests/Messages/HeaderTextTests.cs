using NATS.Client.Core;
using NatsRun.Testing;

namespace NatsRun.Tests.Messages;

public sealed class HeaderTextTests(NatsServerFixture nats)
{
    [Theory]
    [InlineData("plain é", "plain é")]
    [InlineData("a\rNats-Msg-Id: forged", "a Nats-Msg-Id: forged")]
    [InlineData("a\nb\0c\u007fd", "a b c d")]
    public async Task OneLine_AnyText_InjectsNoHeader(string text, string expected)
    {
        await using var connection = await nats.ConnectAsync();
        var subject = Unique.Name();
        await using var subscription = await connection.SubscribeCoreAsync<byte[]>(subject);

        await connection.PublishAsync(subject, Array.Empty<byte>(), new NatsHeaders { ["X"] = HeaderText.OneLine(text) });

        var headers = (await subscription.Msgs.ReadAsync()).Headers!;
        Assert.Equal(expected, headers["X"]);
        Assert.Single(headers);
    }
}

using System.Collections.Concurrent;
using NATS.Client.Core;

namespace NatsRun.AspNetCore.Tests.Http;

/// <summary>A service on plain NATS, in no way related to the library: it records what it gets and answers as told.</summary>
internal sealed class Responder : IAsyncDisposable
{
    private readonly INatsSub<byte[]> _subscription;
    private readonly Task _running;

    private Responder(INatsSub<byte[]> subscription, Func<NatsMsg<byte[]>, ValueTask> answer)
    {
        _subscription = subscription;
        _running = RunAsync(answer);
    }

    public ConcurrentQueue<NatsMsg<byte[]>> Received { get; } = new();

    public static async Task<Responder> StartAsync(INatsConnection nats, string subject, Func<NatsMsg<byte[]>, ValueTask> answer)
    {
        var subscription = await nats.SubscribeCoreAsync<byte[]>(subject);
        await nats.PingAsync();
        return new Responder(subscription, answer);
    }

    /// <summary>Answers every request with its own payload.</summary>
    public static Task<Responder> EchoAsync(INatsConnection nats, string subject) =>
        StartAsync(nats, subject, message => message.ReplyAsync(message.Data, new NatsHeaders { ["Content-Type"] = "application/octet-stream" }));

    public async ValueTask DisposeAsync()
    {
        await _subscription.DisposeAsync();
        await _running;
    }

    private async Task RunAsync(Func<NatsMsg<byte[]>, ValueTask> answer)
    {
        await foreach (var message in _subscription.Msgs.ReadAllAsync())
        {
            Received.Enqueue(message);
            await answer(message);
        }
    }
}

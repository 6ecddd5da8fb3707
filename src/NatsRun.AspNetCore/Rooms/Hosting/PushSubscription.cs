using Microsoft.Extensions.Logging;
using NATS.Client.Core;

namespace NatsRun.AspNetCore;

/// <summary>The one subscription of this node for the pushes to clients, and the watch for messages that the NATS client drops.</summary>
internal sealed partial class PushSubscription(
    INatsConnection connection, RoomSubjects subjects, SocketRegistry sockets, ILogger<PushSubscription> logger) : INatsRunComponent
{
    private INatsSub<byte[]>? _subscription;
    private Task _delivering = Task.CompletedTask;

    public string Name => "pushes";

    /// <summary>Whether pushes arrive; before that no socket is let in.</summary>
    public bool IsRunning { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_subscription is null)
        {
            // The token of an attempt would end the subscription with it.
            _subscription = await connection.SubscribeCoreAsync(
                subjects.EveryPush,
                serializer: NatsRawSerializer<byte[]>.Default,
                opts: Delivery.Options,
                cancellationToken: CancellationToken.None).AsTask().WaitAsync(cancellationToken);
            _delivering = DeliverAsync(_subscription);
            connection.MessageDropped += OnDropped;
        }

        await connection.PingAsync(cancellationToken);
        IsRunning = true;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        IsRunning = false;
        connection.MessageDropped -= OnDropped;
        if (_subscription is { } subscription)
        {
            await subscription.DisposeAsync();
            await _delivering.WaitAsync(cancellationToken);
        }
    }

    private async Task DeliverAsync(INatsSub<byte[]> subscription)
    {
        await foreach (var message in subscription.Msgs.ReadAllAsync())
        {
            Deliver(message);
        }
    }

    private void Deliver(in NatsMsg<byte[]> message)
    {
        if (!subjects.TryReadPush(message.Subject, out var clientId) || sockets.Of(clientId!) is not { Length: > 0 } receivers)
        {
            return;
        }

        var frame = Delivery.FrameOf(message);
        foreach (var socket in receivers)
        {
            if (!socket.Send(frame))
            {
                Log.SlowConsumer(logger, clientId!);
            }
        }
    }

    private ValueTask OnDropped(object? sender, NatsMessageDroppedEventArgs dropped)
    {
        Log.Dropped(logger, dropped.Subject, dropped.Pending);
        return default;
    }

    private static partial class Log
    {
        [LoggerMessage(304, LogLevel.Information, "Client {ClientId} reads its pushes too slowly: closing its socket")]
        public static partial void SlowConsumer(ILogger logger, string clientId);

        [LoggerMessage(331, LogLevel.Warning, "The NATS client dropped a message on {Subject} with {Pending} waiting")]
        public static partial void Dropped(ILogger logger, string subject, int pending);
    }
}

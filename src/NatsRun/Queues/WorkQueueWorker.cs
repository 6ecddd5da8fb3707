using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NatsRun.Routing;

namespace NatsRun;

/// <summary>Consumes one work queue in this process: pulls, handles, answers, settles, and keeps alive what runs.</summary>
internal sealed partial class WorkQueueWorker(
    WorkQueue queue, INatsJSContext jetStream, ReplySender replies, IServiceScopeFactory scopes, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan RestartWait = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<Delivery, byte> _running = new();
    private readonly SemaphoreSlim _slots = new(queue.Options.Concurrency);
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _aborting = new();
    private SubjectRouter<WorkQueueRoute>? _router;
    private Task _consuming = Task.CompletedTask;
    private Task _marking = Task.CompletedTask;
    private CancellationTokenSource _connectionLost = new();

    public void Start()
    {
        var builder = new SubjectRouterBuilder<WorkQueueRoute>();
        foreach (var route in queue.Routes)
        {
            builder.Add(route.Pattern, route);
        }

        _router = builder.Build();
        jetStream.Connection.ConnectionDisconnected += OnDisconnected;
        _consuming = Task.Run(ConsumeAsync);
        _marking = Task.Run(MarkInProgressAsync);
    }

    /// <summary>No new pulls; what runs finishes, until the token is cancelled.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _consuming.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await using (cancellationToken.Register(_aborting.Cancel))
        {
            for (var i = 0; i < queue.Options.Concurrency; i++)
            {
                await _slots.WaitAsync(CancellationToken.None);
            }
        }

        await _aborting.CancelAsync();
        await _marking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public ValueTask DisposeAsync()
    {
        jetStream.Connection.ConnectionDisconnected -= OnDisconnected;
        _slots.Dispose();
        _connectionLost.Dispose();
        _stopping.Dispose();
        _aborting.Dispose();
        return default;
    }

    private ValueTask OnDisconnected(object? sender, NatsEventArgs args)
    {
        Interlocked.Exchange(ref _connectionLost, new CancellationTokenSource()).Cancel();
        return default;
    }

    private async Task ConsumeAsync()
    {
        // Short heartbeats: the client finds out within two of them that the server it pulled from has been replaced.
        var options = new NatsJSConsumeOpts { MaxMsgs = queue.Options.Concurrency * 2, IdleHeartbeat = TimeSpan.FromSeconds(1), Expires = TimeSpan.FromSeconds(10), DrainOnCancel = true };
        var said = "";
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var consumer = await jetStream.GetConsumerAsync(queue.Stream, queue.Consumer, _stopping.Token);
                said = "";
                await foreach (var message in consumer.ConsumeAsync<ReadOnlyMemory<byte>>(opts: options, cancellationToken: _stopping.Token))
                {
                    await TakeAsync(message);
                }
            }
            catch (Exception e) when (!_stopping.IsCancellationRequested)
            {
                if (said != e.Message)
                {
                    said = e.Message;
                    Log.Restarting(logger, queue.Consumer, queue.Stream, said);
                }
            }

            await Task.Delay(RestartWait, time, _stopping.Token);
        }
    }

    private async ValueTask TakeAsync(INatsJSMsg<ReadOnlyMemory<byte>> message)
    {
        var delivery = new Delivery(message, _connectionLost.Token);
        _running[delivery] = 0;
        try
        {
            await _slots.WaitAsync(_stopping.Token);
        }
        catch (OperationCanceledException)
        {
            // Stopping: what has not begun goes to another worker at once.
            _running.TryRemove(delivery, out _);
            await SettleAsync(delivery, () => message.NakAsync());
            return;
        }

        _ = Task.Run(() => HandleAsync(delivery));
    }

    private async Task HandleAsync(Delivery delivery)
    {
        try
        {
            await HandleCoreAsync(delivery);
        }
        catch (Exception e)
        {
            Log.SettlingFailed(logger, e, queue.Consumer, delivery.Message.Subject);
        }
        finally
        {
            _running.TryRemove(delivery, out _);
            _slots.Release();
        }
    }

    private async Task HandleCoreAsync(Delivery delivery)
    {
        var message = delivery.Message;
        if (!_router!.TryMatch(message.Subject, out var match))
        {
            // During a rollout an older worker may share a consumer whose filters a newer one has widened.
            Log.NoRoute(logger, queue.Consumer, message.Subject);
            await RetryAsync(delivery);
            return;
        }

        Reply reply;
        await using var scope = scopes.CreateAsyncScope();
        var context = ContextOf(delivery, match.Value, scope.ServiceProvider);
        try
        {
            reply = await match.Value.Handler(context);
        }
        catch (Exception e)
        {
            Log.HandlerFailed(logger, e, match.Value.Pattern.ToString(), context.RequestId, delivery.Attempt);
            await RetryAsync(delivery);
            return;
        }

        if (await AnswerAsync(delivery, context, reply) is not { } answered)
        {
            return;
        }

        if (!answered && reply.Status is 400 or 415 or 422)
        {
            Log.Rejected(logger, match.Value.Pattern.ToString(), context.MessageId, reply.Status);
            await SettleAsync(delivery, () => message.AckTerminateAsync(new AckOpts { TerminateReason = "not valid" }));
            return;
        }

        await SettleAsync(delivery, () => message.AckAsync());
    }

    /// <summary>
    /// Sends the reply, and says whether one was asked for. Null when the connection is lost: the message will come again, and so will
    /// its reply, so that nothing here waits for the server's return.
    /// </summary>
    private async ValueTask<bool?> AnswerAsync(Delivery delivery, QueueContext context, Reply reply)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(delivery.ConnectionLost, _aborting.Token);
        try
        {
            return await replies.ReplyAsync(context, reply, either.Token);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            Log.NotSettled(logger, queue.Consumer, delivery.Message.Subject);
            return null;
        }
    }

    private QueueContext ContextOf(Delivery delivery, WorkQueueRoute route, IServiceProvider services)
    {
        var message = delivery.Message;
        var metadata = message.Metadata!.Value;
        var messageId = message.Headers is { } headers && headers.TryGetValue(HeaderNames.MessageId, out var ids) && ids is [.., { Length: > 0 } id]
            ? id
            : $"{metadata.Stream}:{metadata.Sequence.Stream}:{metadata.Timestamp.UtcTicks}";
        return new QueueContext(message.Subject, message.Headers, message.Data, route.Pattern, services, messageId, delivery.Attempt, _aborting.Token);
    }

    private Task RetryAsync(Delivery delivery)
    {
        var wait = RetryCurve.WaitBefore(delivery.Attempt, queue.Options, Random.Shared);
        return SettleAsync(delivery, () => delivery.Message.NakAsync(new AckOpts { NakDelay = wait }));
    }

    /// <summary>
    /// Settles a message, unless the connection it came by was lost meanwhile: the server may have lost its memory, and the same
    /// sequence may now be another message. An unsettled message is delivered again after its ack wait.
    /// </summary>
    private async Task SettleAsync(Delivery delivery, Func<ValueTask> settle)
    {
        if (!delivery.ConnectionLost.IsCancellationRequested)
        {
            await settle();
        }
        else
        {
            Log.NotSettled(logger, queue.Consumer, delivery.Message.Subject);
        }
    }

    private async Task MarkInProgressAsync()
    {
        using var timer = new PeriodicTimer(queue.Options.AckWait / 3, time);
        while (await timer.WaitForNextTickAsync(_aborting.Token))
        {
            foreach (var (delivery, _) in _running)
            {
                if (jetStream.Connection.ConnectionState == NatsConnectionState.Open)
                {
                    await SettleAsync(delivery, () => delivery.Message.AckProgressAsync(cancellationToken: _aborting.Token));
                }
            }
        }
    }

    /// <summary>One delivery of a message, and whether the connection it came by is still there.</summary>
    private sealed class Delivery(INatsJSMsg<ReadOnlyMemory<byte>> message, CancellationToken connectionLost)
    {
        public INatsJSMsg<ReadOnlyMemory<byte>> Message => message;

        public CancellationToken ConnectionLost => connectionLost;

        public int Attempt { get; } = (int)Math.Min(message.Metadata!.Value.NumDelivered, int.MaxValue);
    }

    private static partial class Log
    {
        [LoggerMessage(501, LogLevel.Warning, "Consumer {Consumer} of stream {Stream} is not being consumed, trying again: {Reason}")]
        public static partial void Restarting(ILogger logger, string consumer, string stream, string reason);

        [LoggerMessage(502, LogLevel.Error, "The handler of {Pattern} failed for request {RequestId}, attempt {Attempt}: trying again later")]
        public static partial void HandlerFailed(ILogger logger, Exception exception, string pattern, string? requestId, int attempt);

        [LoggerMessage(503, LogLevel.Warning, "Consumer {Consumer} has no route for {Subject}: trying again later")]
        public static partial void NoRoute(ILogger logger, string consumer, string subject);

        [LoggerMessage(504, LogLevel.Warning, "A message of {Pattern} that nobody waits for is not valid and was terminated: {MessageId}, status {Status}")]
        public static partial void Rejected(ILogger logger, string pattern, string messageId, int status);

        [LoggerMessage(505, LogLevel.Information, "Consumer {Consumer}: a message on {Subject} outlived its connection and will be delivered again")]
        public static partial void NotSettled(ILogger logger, string consumer, string subject);

        [LoggerMessage(506, LogLevel.Error, "Consumer {Consumer}: a message on {Subject} could not be settled and will be delivered again")]
        public static partial void SettlingFailed(ILogger logger, Exception exception, string consumer, string subject);
    }
}

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using NatsRun.Routing;

namespace NatsRun;

/// <summary>One pattern's subscription in a queue group, and the handler behind it.</summary>
internal sealed partial class RequestEndpoint(
    SubjectPattern pattern,
    RequestOptions options,
    Func<MessageContext, ValueTask<Reply>> handler,
    INatsConnection connection,
    ReplySender replies,
    IServiceScopeFactory scopes,
    ILogger logger) : IAsyncDisposable
{
    private readonly SemaphoreSlim _slots = new(options.Concurrency);
    private readonly CancellationTokenSource _aborting = new();
    private Task<INatsSub<ReadOnlyMemory<byte>>>? _subscribing;
    private INatsSub<ReadOnlyMemory<byte>>? _subscription;
    private Task? _reading;

    public SubjectPattern Pattern => pattern;

    /// <summary>Subscribes. <paramref name="isMine"/> says whether a subject is this endpoint's when several patterns match it.</summary>
    public async Task StartAsync(Func<string, RequestEndpoint, bool> isMine, CancellationToken cancellationToken)
    {
        // The server gives a message to one member of each group, whatever their subjects: overlapping patterns need groups of
        // their own, or one of them would get what is the other's. A token given to the subscription would end it later.
        _subscribing ??= connection.SubscribeCoreAsync<ReadOnlyMemory<byte>>(
            pattern.Filter, $"{options.QueueGroup}.{pattern.Filter}", cancellationToken: CancellationToken.None).AsTask();
        _subscription = await _subscribing.WaitAsync(cancellationToken);
        await connection.PingAsync(cancellationToken);
        _reading ??= ReadAsync(_subscription, isMine);
    }

    /// <summary>No new requests; those that run finish, until the token is cancelled.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_subscription is null || _reading is null)
        {
            return;
        }

        await _subscription.UnsubscribeAsync();
        await _reading;
        using var registration = cancellationToken.Register(_aborting.Cancel);
        for (var i = 0; i < options.Concurrency; i++)
        {
            await _slots.WaitAsync(CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_subscription is not null)
        {
            await _subscription.DisposeAsync();
        }

        _slots.Dispose();
        _aborting.Dispose();
    }

    private async Task ReadAsync(INatsSub<ReadOnlyMemory<byte>> subscription, Func<string, RequestEndpoint, bool> isMine)
    {
        await foreach (var message in subscription.Msgs.ReadAllAsync())
        {
            if (isMine(message.Subject, this))
            {
                await _slots.WaitAsync();
                _ = Task.Run(() => HandleAsync(message));
            }
        }
    }

    private async Task HandleAsync(NatsMsg<ReadOnlyMemory<byte>> message)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var context = new MessageContext(message.Subject, message.Headers, message.Data, pattern, scope.ServiceProvider, _aborting.Token);
            await replies.ReplyAsync(message.ReplyTo, await InvokeAsync(context), context.RequestId, _aborting.Token);
        }
        catch (Exception e)
        {
            Log.ReplyFailed(logger, e, pattern.ToString());
        }
        finally
        {
            _slots.Release();
        }
    }

    private async ValueTask<Reply> InvokeAsync(MessageContext context)
    {
        try
        {
            return await handler(context);
        }
        catch (Exception e)
        {
            Log.HandlerFailed(logger, e, pattern.ToString(), context.RequestId);
            return Reply.Problem(500, "The handler failed.");
        }
    }

    private static partial class Log
    {
        [LoggerMessage(401, LogLevel.Error, "The handler of {Pattern} failed for request {RequestId}")]
        public static partial void HandlerFailed(ILogger logger, Exception exception, string pattern, string? requestId);

        [LoggerMessage(402, LogLevel.Error, "The reply of the handler of {Pattern} could not be sent")]
        public static partial void ReplyFailed(ILogger logger, Exception exception, string pattern);
    }
}

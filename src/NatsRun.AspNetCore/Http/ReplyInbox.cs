using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using NATS.Client.Core;

namespace NatsRun.AspNetCore;

/// <summary>
/// Where handlers of queued messages answer while somebody waits on HTTP. One subscription for the node; each waiting request
/// has a token below it. A handler asks, and is told whether somebody took the reply, so that a reply takes one way or the
/// other: here, or the client's push subject.
/// </summary>
internal sealed partial class ReplyInbox(INatsConnection connection, IOptions<SubjectPrefixOptions> prefixes, ILogger<ReplyInbox> logger) : INatsRunComponent
{
    private readonly ConcurrentDictionary<string, Ticket> _waiting = new(StringComparer.Ordinal);
    private readonly string _prefix = $"{prefixes.Value.Inbox}.natsrun-{RandomToken.Create()}.";
    private Task<INatsSub<ReadOnlyMemory<byte>>>? _subscribing;
    private INatsSub<ReadOnlyMemory<byte>>? _subscription;
    private Task? _reading;

    public string Name => "reply-inbox";

    /// <summary>Opens a place for the reply to one request. Disposing it closes the place.</summary>
    public Ticket Open()
    {
        var ticket = new Ticket(this, _prefix + RandomToken.Create());
        _waiting[ticket.Subject] = ticket;
        return ticket;
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // A token given to the subscription would end it later.
        _subscribing ??= connection.SubscribeCoreAsync<ReadOnlyMemory<byte>>(_prefix + "*", cancellationToken: CancellationToken.None).AsTask();
        _subscription = await _subscribing.WaitAsync(cancellationToken);
        await connection.PingAsync(cancellationToken);
        _reading ??= ReadAsync(_subscription);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _subscription!.DisposeAsync();
        await _reading!;
    }

    private async Task ReadAsync(INatsSub<ReadOnlyMemory<byte>> subscription)
    {
        await foreach (var message in subscription.Msgs.ReadAllAsync())
        {
            var taken = _waiting.TryGetValue(message.Subject, out var ticket) && ticket.TryTake(message);
            if (message.ReplyTo is not null)
            {
                try
                {
                    await message.ReplyAsync(headers: new NatsHeaders { [HeaderNames.ReplyStatus] = taken ? ReplyStatuses.Taken : ReplyStatuses.Gone });
                }
                catch (NatsException e)
                {
                    Log.NotConfirmed(logger, e);
                }
            }
        }
    }

    /// <summary>The place for one reply.</summary>
    public sealed class Ticket(ReplyInbox inbox, string subject) : IDisposable
    {
        private readonly TaskCompletionSource<NatsMsg<ReadOnlyMemory<byte>>> _reply = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Subject => subject;

        /// <summary>The reply, or null when the wait was over before one came.</summary>
        public async Task<NatsMsg<ReadOnlyMemory<byte>>?> WaitAsync(CancellationToken cancellationToken)
        {
            await ((Task)_reply.Task).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            // Whoever is first decides: a reply that comes from here on is told that its requester is gone.
            return _reply.TrySetCanceled(CancellationToken.None) ? null : await _reply.Task;
        }

        public bool TryTake(NatsMsg<ReadOnlyMemory<byte>> message) => _reply.TrySetResult(message);

        public void Dispose() => inbox._waiting.TryRemove(subject, out _);
    }

    private static partial class Log
    {
        [LoggerMessage(601, LogLevel.Debug, "A handler could not be told whether its reply was taken")]
        public static partial void NotConfirmed(ILogger logger, Exception exception);
    }
}

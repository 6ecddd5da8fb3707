using Microsoft.Extensions.Options;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace NatsRun.AspNetCore;

/// <summary>What became of a message that should go into a stream.</summary>
/// <param name="Problem">Why it is not stored, or not known to be; null when it is.</param>
/// <param name="Stream">The stream.</param>
/// <param name="Sequence">The sequence there.</param>
/// <param name="IsRepeat">The stream had a message of the same id already.</param>
internal readonly record struct Stored(ProblemKind? Problem, string? Stream, ulong Sequence, bool IsRepeat);

/// <summary>Publishes into streams and knows of every message whether the stream has it.</summary>
internal sealed class StreamPublisher(INatsConnection connection, IOptions<GatewayOptions> options)
{
    private const int StreamFull = 10077;
    private const int DuplicateInProcess = 10158;
    private readonly NatsSubOpts _ackOptions = new() { Timeout = options.Value.StoreTimeout, ThrowIfNoResponders = false };

    /// <summary>Publishes a message that has a <c>Nats-Msg-Id</c>, which makes it safe to publish it again when no acknowledgement came.</summary>
    public async ValueTask<Stored> PublishAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        var sentBefore = false;
        for (var attempt = 0; attempt < options.Value.StoreAttempts; attempt++)
        {
            if (connection.ConnectionState != NatsConnectionState.Open)
            {
                break;
            }

            var (stored, isKnown) = await TryPublishAsync(message, sentBefore, cancellationToken);
            if (isKnown)
            {
                return stored;
            }

            sentBefore = true;
        }

        return new Stored(sentBefore ? ProblemKind.OutcomeUnknown : ProblemKind.NatsUnreachable, null, 0, false);
    }

    private async ValueTask<(Stored Stored, bool IsKnown)> TryPublishAsync(OutgoingMessage message, bool sentBefore, CancellationToken cancellationToken)
    {
        NatsMsg<PubAckResponse> reply;
        try
        {
            // While the connection is down a publish waits for its return, whatever the reply's timeout is.
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            timeout.CancelAfter(options.Value.StoreTimeout * 2);
            reply = await connection.RequestAsync<ReadOnlyMemory<byte>, PubAckResponse>(
                message.Subject, message.Body, message.Headers, replySerializer: NatsJSJsonSerializer<PubAckResponse>.Default, replyOpts: _ackOptions, cancellationToken: timeout.Token);
        }
        catch (Exception e) when (e is NatsException or OperationCanceledException)
        {
            return (default, false);
        }

        if (reply.HasNoResponders)
        {
            return (Refused(ProblemKind.NoStream), !sentBefore);
        }

        return reply.Data switch
        {
            { Error: { } error } when error.ErrCode == DuplicateInProcess => (default, false),
            { Error: { } error } => (Refused(error.ErrCode == StreamFull ? ProblemKind.StreamFull : ProblemKind.StreamUnavailable), true),
            { Stream: { } stream } ack => (new Stored(null, stream, ack.Seq, ack.Duplicate && !sentBefore), true),
            _ => (default, false),
        };
    }

    private static Stored Refused(ProblemKind problem) => new(problem, null, 0, false);
}

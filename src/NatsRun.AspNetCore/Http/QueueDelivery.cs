using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using NATS.Client.Core;

namespace NatsRun.AspNetCore;

/// <summary>Queue mode: store the message, then wait for its handler's reply as long as the client likes to.</summary>
internal sealed class QueueDelivery(
    INatsConnection connection,
    StreamPublisher publisher,
    StreamFacts facts,
    ReplyInbox inbox,
    ReplyWriter replies,
    MessageHeaders messageHeaders,
    RequestDrain drain,
    TimeProvider time,
    IOptions<GatewayOptions> options)
{
    /// <summary>What this mode adds to the headers, at most.</summary>
    public const int HeaderRoom = 768;

    private const int MaxKeyLength = 255;

    public async Task DeliverAsync(HttpContext context, GatewayRoute route, OutgoingMessage message)
    {
        if (!TryGetMessageId(context, route, message.ClientId, out var messageId))
        {
            await Problem.WriteAsync(context, ProblemKind.BadRequest, $"The Idempotency-Key must have 1 to {MaxKeyLength} visible ASCII characters.");
            return;
        }

        var preference = Preference.Of(context.Request);
        var wait = WaitOf(preference);
        message.Headers[HeaderNames.MessageId] = messageId;
        using var ticket = wait > TimeSpan.Zero ? inbox.Open() : null;
        if (ticket is not null)
        {
            message.Headers[HeaderNames.ReplyInbox] = ticket.Subject;
        }

        var stored = await publisher.PublishAsync(message, context.RequestAborted);
        if (stored.Problem is { } problem)
        {
            await Problem.WriteAsync(context, problem);
            return;
        }

        var receipt = facts.Note(stored.Stream!, stored.Sequence);
        NoteApplied(context, preference);
        if (ticket is null || stored.IsRepeat)
        {
            await WriteAcceptedAsync(context, message, stored);
            return;
        }

        using var waiting = drain.CreateWait(wait, context.RequestAborted);
        var reply = await ticket.WaitAsync(waiting.Token);
        if (reply is not { } received)
        {
            await (await facts.IsKeptAsync(receipt)
                ? WriteAcceptedAsync(context, message, stored)
                : Problem.WriteAsync(context, ProblemKind.OutcomeUnknown, "The NATS server went away after it had stored the message, and may have lost it."));
        }
        else if (context.RequestAborted.IsCancellationRequested)
        {
            // The client left after its reply was taken here, so nobody else delivers it.
            await connection.PublishAsync(messageHeaders.PushSubject(message.ClientId), received.Data, received.Headers, cancellationToken: CancellationToken.None);
        }
        else
        {
            await replies.WriteAsync(context, received);
        }
    }

    private TimeSpan WaitOf(Preference preference)
    {
        if (preference.RespondAsync)
        {
            return preference.Wait is { } patience ? Min(patience, options.Value.MaxWait) : TimeSpan.Zero;
        }

        return Min(preference.Wait ?? options.Value.QueueWait, options.Value.MaxWait);
    }

    private static void NoteApplied(HttpContext context, Preference preference)
    {
        if (preference.RespondAsync || preference.Wait is not null)
        {
            context.Response.Headers["Preference-Applied"] = (preference.RespondAsync, preference.Wait) switch
            {
                (true, null) => "respond-async",
                (true, { } wait) => $"respond-async, wait={wait.TotalSeconds:0}",
                (false, var wait) => $"wait={wait!.Value.TotalSeconds:0}",
            };
        }
    }

    /// <summary>The id is the stream's for everybody, so a client's key counts only together with the client and the route.</summary>
    private static bool TryGetMessageId(HttpContext context, GatewayRoute route, string clientId, out string messageId)
    {
        messageId = RequestId.Of(context);
        if (!context.Request.Headers.TryGetValue("Idempotency-Key", out StringValues keys))
        {
            return true;
        }

        var key = keys.ToString();
        messageId = $"{clientId}:{route.Name}:{key}";
        return key.Length is > 0 and <= MaxKeyLength && !key.AsSpan().ContainsAnyExceptInRange('!', '~');
    }

    private Task WriteAcceptedAsync(HttpContext context, OutgoingMessage message, Stored stored)
    {
        var keptUntil = facts.MaxAgeOf(stored.Stream!) is { } age ? time.GetUtcNow() + age : (DateTimeOffset?)null;
        var body = new Accepted(
            RequestId.Of(context), stored.IsRepeat ? "repeat" : "accepted", stored.Stream!, stored.Sequence, keptUntil, messageHeaders.PushSubject(message.ClientId));
        return Accepted.WriteAsync(context, body);
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}

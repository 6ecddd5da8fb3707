using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using NATS.Client.Core;
using NatsRun.Routing;

namespace NatsRun;

/// <summary>
/// Sends replies, and only below the inbox and clients prefixes: the subjects come from whoever sent the message, who could
/// otherwise have a handler publish anywhere in its name.
/// </summary>
internal sealed partial class ReplySender(
    INatsConnection connection, IOptions<SubjectPrefixOptions> prefixes, IOptions<NatsRunJsonOptions> json, ILogger<ReplySender> logger)
{
    private static readonly NatsSubOpts AnswerWait = new() { Timeout = TimeSpan.FromSeconds(2) };

    private readonly string _inbox = prefixes.Value.Inbox + ".";
    private readonly string _clients = prefixes.Value.Clients + ".";

    /// <summary>Answers a core request; a message without a reply subject asked for none.</summary>
    public ValueTask ReplyAsync(string? replyTo, Reply reply, string? requestId, CancellationToken cancellationToken)
    {
        if (replyTo is null)
        {
            return default;
        }

        if (!IsAllowed(replyTo))
        {
            Log.Refused(logger, replyTo);
            return default;
        }

        return connection.PublishAsync(replyTo, reply.Serialize(json.Value.SerializerOptions), HeadersOf(reply, requestId), cancellationToken: cancellationToken);
    }

    /// <summary>
    /// Answers a message that came through a queue: at the gateway's inbox while somebody waits there, else on the client's push
    /// subject. An inbox that does not say whether it took the reply may have it twice, with the same request id.
    /// </summary>
    /// <returns>True when the message asked for a reply.</returns>
    public async ValueTask<bool> ReplyAsync(MessageContext message, Reply reply, CancellationToken cancellationToken)
    {
        var inbox = message.Header(HeaderNames.ReplyInbox);
        var push = message.Header(HeaderNames.ReplyTo);
        if (inbox is null && push is null)
        {
            return false;
        }

        var payload = reply.Serialize(json.Value.SerializerOptions);
        if (inbox is not null && IsAllowed(inbox) && await IsTakenAsync(inbox, payload, HeadersOf(reply, message.RequestId), cancellationToken))
        {
            return true;
        }

        if (push is not null && IsAllowed(push))
        {
            await connection.PublishAsync(push, payload, HeadersOf(reply, message.RequestId), cancellationToken: cancellationToken);
        }
        else if (push is not null)
        {
            Log.Refused(logger, push);
        }

        return true;
    }

    private async ValueTask<bool> IsTakenAsync(string inbox, ReadOnlyMemory<byte> payload, NatsHeaders headers, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await connection.RequestAsync<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>(
                inbox, payload, headers, replyOpts: AnswerWait, cancellationToken: cancellationToken);
            return answer.Headers is { } h && h.TryGetValue(HeaderNames.ReplyStatus, out var status) && status == ReplyStatuses.Taken;
        }
        catch (Exception e) when (e is NatsNoRespondersException or NatsNoReplyException)
        {
            return false;
        }
    }

    private bool IsAllowed(string subject) =>
        (subject.StartsWith(_inbox, StringComparison.Ordinal) || subject.StartsWith(_clients, StringComparison.Ordinal)) && Subject.IsValid(subject);

    private static NatsHeaders HeadersOf(Reply reply, string? requestId)
    {
        var headers = new NatsHeaders();
        foreach (var (name, values) in reply.Headers)
        {
            headers[name] = values;
        }

        var status = reply.Status.ToString(CultureInfo.InvariantCulture);
        headers[HeaderNames.HttpStatus] = status;
        if (reply.ContentType is { } contentType)
        {
            headers[HeaderNames.ContentType] = contentType;
        }

        if (requestId is not null)
        {
            headers[HeaderNames.RequestId] = HeaderText.OneLine(requestId);
        }

        if (reply.Status >= 400)
        {
            headers[HeaderNames.ServiceErrorCode] = status;
            headers[HeaderNames.ServiceError] = HeaderText.OneLine(reply.Error);
        }

        return headers;
    }

    private static partial class Log
    {
        [LoggerMessage(411, LogLevel.Warning, "A reply to {Subject} was not sent: it lies outside the inbox and clients prefixes")]
        public static partial void Refused(ILogger logger, string subject);
    }
}

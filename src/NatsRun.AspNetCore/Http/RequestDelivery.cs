using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using NATS.Client.Core;

namespace NatsRun.AspNetCore;

/// <summary>Core NATS: a request with its reply, or a publish that nobody answers.</summary>
internal sealed class RequestDelivery(INatsConnection connection, ReplyWriter replies, IOptions<GatewayOptions> options)
{
    private readonly NatsSubOpts _replyOptions = new() { Timeout = options.Value.RequestTimeout };

    public async Task RequestAsync(HttpContext context, OutgoingMessage message)
    {
        NatsMsg<ReadOnlyMemory<byte>> reply;
        try
        {
            reply = await connection.RequestAsync<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>(
                message.Subject, message.Body, message.Headers, replyOpts: _replyOptions, cancellationToken: context.RequestAborted);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }
        catch (NatsNoRespondersException)
        {
            await Problem.WriteAsync(context, ProblemKind.NoResponders);
            return;
        }
        catch (NatsNoReplyException)
        {
            await Problem.WriteAsync(context, ProblemKind.NoReply);
            return;
        }
        catch (NatsException)
        {
            await Problem.WriteAsync(context, connection.ConnectionState == NatsConnectionState.Open ? ProblemKind.MalformedReply : ProblemKind.NatsUnreachable);
            return;
        }

        await replies.WriteAsync(context, reply);
    }

    public async Task PublishAsync(HttpContext context, OutgoingMessage message)
    {
        await connection.PublishAsync(message.Subject, message.Body, message.Headers, cancellationToken: context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        context.Response.Headers[HeaderNames.RequestId] = RequestId.Of(context);
        context.Response.ContentLength = 0;
    }
}

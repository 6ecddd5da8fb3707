using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using NATS.Client.Core;

namespace NatsRun.AspNetCore;

/// <summary>Core NATS: a request with its reply, or a publish that nobody answers.</summary>
internal sealed class RequestDelivery(INatsConnection connection, ReplyWriter replies, RequestDrain drain, IOptions<GatewayOptions> options)
{
    /// <summary>While the connection is down a request waits for its return, whatever the reply's timeout is.</summary>
    private readonly TimeSpan _limit = options.Value.RequestTimeout + TimeSpan.FromSeconds(1);
    private readonly NatsSubOpts _replyOptions = new() { Timeout = options.Value.RequestTimeout };

    public async Task RequestAsync(HttpContext context, OutgoingMessage message)
    {
        NatsMsg<ReadOnlyMemory<byte>> reply;
        using var wait = drain.CreateWait(_limit, context.RequestAborted);
        try
        {
            reply = await connection.RequestAsync<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>(
                message.Subject, message.Body, message.Headers, replyOpts: _replyOptions, cancellationToken: wait.Token);
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
        catch (Exception e) when (e is NatsNoReplyException or OperationCanceledException)
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
        using var wait = drain.CreateWait(_limit, context.RequestAborted);
        try
        {
            await connection.PublishAsync(message.Subject, message.Body, message.Headers, cancellationToken: wait.Token);
        }
        catch (Exception e) when (e is NatsException or OperationCanceledException)
        {
            await Problem.WriteAsync(context, ProblemKind.NatsUnreachable);
            return;
        }

        context.Response.StatusCode = StatusCodes.Status202Accepted;
        context.Response.Headers[HeaderNames.RequestId] = RequestId.Of(context);
        context.Response.ContentLength = 0;
    }
}

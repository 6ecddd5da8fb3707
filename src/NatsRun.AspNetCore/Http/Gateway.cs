using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using NATS.Client.Core;

namespace NatsRun.AspNetCore;

/// <summary>Takes a request from the route to the way of delivery: checks, identity, subject, body and headers, in this order.</summary>
internal sealed class Gateway(
    INatsConnection connection,
    ClientSessions sessions,
    OriginPolicy origins,
    Admission admission,
    MessageHeaders messageHeaders,
    RequestDelivery requests,
    QueueDelivery queue,
    RequestDrain drain,
    IOptions<GatewayOptions> options,
    IOptions<SubjectPrefixOptions> prefixes)
{
    public async Task HandleAsync(HttpContext context, GatewayRoute route)
    {
        if (!IsSafe(context.Request.Method) && !origins.IsAllowed(context))
        {
            await Problem.WriteAsync(context, ProblemKind.OriginRefused);
            return;
        }

        // GET endpoints answer HEAD: the same subject, and no body in the response.
        var method = HttpMethods.IsHead(context.Request.Method) ? HttpMethods.Get : context.Request.Method;
        var error = route.TryBuild(RequestTarget.PathOf(context), prefixes.Value.Call, method, out var subject);
        if (subject is null)
        {
            var (kind, detail) = RequestTarget.Describe(error);
            await Problem.WriteAsync(context, kind, detail);
            return;
        }

        var known = sessions.Read(context, out var knownClient) == SessionState.Valid;
        if (admission.TryEnter(context, known ? knownClient : null, out var permit) is { } refusal)
        {
            await Problem.WriteAsync(context, refusal);
            return;
        }

        using (permit)
        {
            await DeliverAsync(context, route, subject);
        }
    }

    private async Task DeliverAsync(HttpContext context, GatewayRoute route, string subject)
    {
        if (connection.ConnectionState != NatsConnectionState.Open)
        {
            await Problem.WriteAsync(context, ProblemKind.NatsUnreachable);
            return;
        }

        if (await ReadBodyAsync(context) is not { } body)
        {
            return;
        }

        if (sessions.Establish(context, out var clientId) is { } refusal)
        {
            await Problem.WriteAsync(context, refusal);
            return;
        }

        var headers = messageHeaders.Create(context, clientId);
        if (body.Length + MessageHeaders.SizeOf(headers) + QueueDelivery.HeaderRoom > connection.ServerInfo?.MaxPayload)
        {
            await Problem.WriteAsync(context, ProblemKind.BodyTooLarge, "Body and headers together exceed what the NATS server takes.");
            return;
        }

        var message = new OutgoingMessage(subject, body, headers, clientId);
        await (route.Mode switch
        {
            DeliveryMode.Request => requests.RequestAsync(context, message),
            DeliveryMode.Publish => requests.PublishAsync(context, message),
            _ => queue.DeliverAsync(context, route, message),
        });
    }

    /// <summary>The body, or null when the response is written already.</summary>
    private async ValueTask<ReadOnlyMemory<byte>?> ReadBodyAsync(HttpContext context)
    {
        try
        {
            var limit = context.Features.Get<IHttpMaxRequestBodySizeFeature>();
            if (limit is { IsReadOnly: false })
            {
                limit.MaxRequestBodySize = null;
            }

            // A body that is sent slowly must not hold the exit: the read ends with the drain.
            using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, drain.Ended);
            var body = await RequestBody.ReadAsync(context.Request, options.Value.MaxBodyBytes, either.Token);
            if (body is null)
            {
                await Problem.WriteAsync(context, ProblemKind.BodyTooLarge, $"The body may have {options.Value.MaxBodyBytes} bytes.");
            }

            return body;
        }
        catch (OperationCanceledException) when (drain.Ended.IsCancellationRequested)
        {
            context.Response.Headers.Connection = "close";
            await Problem.WriteAsync(context, ProblemKind.Draining);
            return null;
        }
        catch (BadHttpRequestException e)
        {
            await Problem.WriteAsync(context, e.StatusCode == StatusCodes.Status413PayloadTooLarge ? ProblemKind.BodyTooLarge : ProblemKind.BadRequest, e.Message);
            return null;
        }
        catch (Exception e) when (e is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested)
        {
            return null;
        }
    }

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);
}

/// <summary>A request on its way to NATS.</summary>
internal readonly record struct OutgoingMessage(string Subject, ReadOnlyMemory<byte> Body, NatsHeaders Headers, string ClientId);

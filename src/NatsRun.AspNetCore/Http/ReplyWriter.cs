using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using NATS.Client.Core;

namespace NatsRun.AspNetCore;

/// <summary>Makes an HTTP response of a reply. The reply is untrusted: what is not a response becomes 502.</summary>
internal sealed class ReplyWriter(IOptions<GatewayOptions> options)
{
    private readonly string[] _forwarded = [.. options.Value.ForwardedResponseHeaders];

    public Task WriteAsync(HttpContext context, NatsMsg<ReadOnlyMemory<byte>> reply)
    {
        if (reply.Error is not null || reply.Headers is { Code: not 0 })
        {
            return Problem.WriteAsync(context, ProblemKind.MalformedReply, "The reply's headers cannot be read.");
        }

        if (!TryGetStatus(reply.Headers, out var status))
        {
            return Problem.WriteAsync(context, ProblemKind.MalformedReply, "The reply's status is not a number from 200 to 599.");
        }

        var contentType = Last(reply.Headers, HeaderNames.ContentType);
        if (contentType is not null && !(IsSendable(contentType) && MediaTypeHeaderValue.TryParse(contentType, out _)))
        {
            return Problem.WriteAsync(context, ProblemKind.MalformedReply, "The reply's media type cannot be read.");
        }

        if (status >= 400 && reply.Data.IsEmpty && contentType is null)
        {
            return Problem.WriteAsync(context, new ProblemKind("service-error", status, "The service answered with an error."), Last(reply.Headers, HeaderNames.ServiceError));
        }

        foreach (var name in _forwarded)
        {
            if (Last(reply.Headers, name) is { } value && !IsSendable(value))
            {
                return Problem.WriteAsync(context, ProblemKind.MalformedReply, $"The reply's header {name} cannot be sent.");
            }
        }

        return WriteAsync(context, reply, status, contentType);
    }

    private Task WriteAsync(HttpContext context, NatsMsg<ReadOnlyMemory<byte>> reply, int status, string? contentType)
    {
        var response = context.Response;
        foreach (var name in _forwarded)
        {
            if (Last(reply.Headers, name) is { } value)
            {
                response.Headers[name] = value;
            }
        }

        response.StatusCode = status;
        response.Headers[HeaderNames.RequestId] = RequestId.Of(context);
        response.Headers.XContentTypeOptions = "nosniff";
        if (status is StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent or StatusCodes.Status304NotModified)
        {
            return Task.CompletedTask;
        }

        response.ContentLength = reply.Data.Length;
        if (!reply.Data.IsEmpty)
        {
            response.ContentType = contentType ?? "application/octet-stream";
        }

        return reply.Data.IsEmpty || context.Request.Method == HttpMethods.Head
            ? Task.CompletedTask
            : response.Body.WriteAsync(reply.Data, context.RequestAborted).AsTask();
    }

    private static bool TryGetStatus(NatsHeaders? headers, out int status)
    {
        status = StatusCodes.Status200OK;
        if (Last(headers, HeaderNames.HttpStatus) is { } text)
        {
            return TryParse(text, 200, out status);
        }

        // A service that speaks the NATS service protocol alone: its code is a status where it looks like one.
        if (Last(headers, HeaderNames.ServiceErrorCode) is { } code)
        {
            status = TryParse(code, 400, out var error) ? error : StatusCodes.Status500InternalServerError;
        }

        return true;
    }

    private static bool TryParse(string text, int least, out int status) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out status) && status >= least && status <= 599;

    private static string? Last(NatsHeaders? headers, string name) =>
        headers is not null && headers.TryGetValue(name, out StringValues values) && values.Count > 0 ? values[^1] : null;

    private static bool IsSendable(string value) => Ascii.IsValid(value) && !value.AsSpan().ContainsAnyInRange('\0', '\u001f') && !value.Contains('\u007f', StringComparison.Ordinal);
}

using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace NatsRun.AspNetCore;

/// <summary>Writes problem documents (RFC 9457), each with the request's id.</summary>
internal static class Problem
{
    private const string ContentType = "application/problem+json";
    private const int RetryAfterSeconds = 1;

    /// <summary>Quotes and the like stay readable: the document is never part of a page.</summary>
    private static readonly ProblemJson Json = new(new JsonSerializerOptions(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    });

    public static Task WriteAsync(HttpContext context, ProblemKind kind, string? detail = null)
    {
        var response = context.Response;
        if (response.HasStarted)
        {
            context.Abort();
            return Task.CompletedTask;
        }

        response.StatusCode = kind.Status;
        response.ContentType = ContentType;
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        if (kind.Status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable)
        {
            response.Headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        }

        var requestId = RequestId.Of(context);
        response.Headers[HeaderNames.RequestId] = requestId;
        var document = new ProblemDetails { Type = kind.Type, Title = kind.Title, Status = kind.Status, Detail = detail };
        document.Extensions["requestId"] = requestId;
        var body = JsonSerializer.SerializeToUtf8Bytes(document, Json.ProblemDetails);
        response.ContentLength = body.Length;
        return context.Request.Method == HttpMethods.Head
            ? Task.CompletedTask
            : response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}

[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(string))]
internal sealed partial class ProblemJson : JsonSerializerContext;

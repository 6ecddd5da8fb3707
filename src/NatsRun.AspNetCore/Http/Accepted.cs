using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace NatsRun.AspNetCore;

/// <summary>The body of a 202 in Queue mode: what is stored where, until when, and where its reply will arrive.</summary>
/// <param name="RequestId">The id that the reply will have too.</param>
/// <param name="State"><c>accepted</c>, or <c>repeat</c> for an Idempotency-Key that was seen within the duplicate window.</param>
/// <param name="Stream">The stream that has the message.</param>
/// <param name="Sequence">Its sequence there; a repeat gives the first one's.</param>
/// <param name="KeptUntil">When the stream drops the message if nobody has handled it; absent when never.</param>
/// <param name="ReplySubject">The push subject: the client's sockets get the reply.</param>
internal sealed record Accepted(string RequestId, string State, string Stream, ulong Sequence, DateTimeOffset? KeptUntil, string ReplySubject)
{
    public static Task WriteAsync(HttpContext context, Accepted body)
    {
        var response = context.Response;
        response.StatusCode = StatusCodes.Status202Accepted;
        response.ContentType = "application/json";
        response.Headers[HeaderNames.RequestId] = body.RequestId;
        response.Headers.CacheControl = "no-store";
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body, AcceptedJson.Default.Accepted);
        response.ContentLength = bytes.Length;
        return response.Body.WriteAsync(bytes, context.RequestAborted).AsTask();
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Accepted))]
internal sealed partial class AcceptedJson : JsonSerializerContext;

using System.Text;
using System.Text.Json;
using NATS.Client.Core;

namespace NatsRun;

/// <summary>
/// What a handler answers: a status in HTTP's terms, a payload and its media type. A requester on plain NATS sees the payload,
/// the header <c>Http-Status</c> and, from 400 on, the service error headers (NATS ADR-32); the gateway makes an HTTP
/// response of it. Immutable once returned.
/// </summary>
public abstract class Reply
{
    private protected Reply(int status)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(status, 200);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(status, 599);
        Status = status;
    }

    /// <summary>The status code, 200 to 599.</summary>
    public int Status { get; }

    /// <summary>Further headers, such as <c>Location</c>. The gateway passes on those that it lists.</summary>
    public NatsHeaders Headers { get; } = [];

    /// <summary>Media type of the payload; null when there is none.</summary>
    internal abstract string? ContentType { get; }

    /// <summary>The sentence for the service error header, from status 400 on.</summary>
    internal virtual string Error => $"status {Status}";

    /// <summary>The payload.</summary>
    internal abstract ReadOnlyMemory<byte> Serialize(JsonSerializerOptions json);

    /// <summary>A value as JSON, 200 unless said otherwise.</summary>
    /// <typeparam name="T">The value's type, known to the JSON options of the application.</typeparam>
    /// <param name="value">The value.</param>
    /// <param name="status">The status code, 200 to 599.</param>
    /// <returns>The reply.</returns>
    public static Reply Json<T>(T value, int status = 200) => new JsonReply<T>(value, status);

    /// <summary>201 with the new thing as JSON and where it is.</summary>
    /// <typeparam name="T">The value's type, known to the JSON options of the application.</typeparam>
    /// <param name="location">Path of the new thing.</param>
    /// <param name="value">The new thing.</param>
    /// <returns>The reply.</returns>
    public static Reply Created<T>(string location, T value)
    {
        var reply = new JsonReply<T>(value, 201);
        reply.Headers["Location"] = location;
        return reply;
    }

    /// <summary>A text, 200 unless said otherwise.</summary>
    /// <param name="text">The text, sent as UTF-8.</param>
    /// <param name="status">The status code, 200 to 599.</param>
    /// <returns>The reply.</returns>
    public static Reply Text(string text, int status = 200) =>
        new BytesReply(Encoding.UTF8.GetBytes(text), "text/plain; charset=utf-8", status);

    /// <summary>Bytes of any media type.</summary>
    /// <param name="payload">The payload; not copied, so it must not change afterwards.</param>
    /// <param name="contentType">Its media type.</param>
    /// <param name="status">The status code, 200 to 599.</param>
    /// <returns>The reply.</returns>
    public static Reply Bytes(ReadOnlyMemory<byte> payload, string contentType, int status = 200) => new BytesReply(payload, contentType, status);

    /// <summary>204 without a payload.</summary>
    /// <returns>The reply.</returns>
    public static Reply NoContent() => new BytesReply(default, null, 204);

    /// <summary>A problem document (RFC 9457).</summary>
    /// <param name="status">The status code, 400 to 599.</param>
    /// <param name="title">A short sentence that is the same for every occurrence.</param>
    /// <param name="detail">What is particular to this one.</param>
    /// <returns>The reply.</returns>
    public static Reply Problem(int status, string title, string? detail = null) => new ProblemReply(status, title, detail, null);

    /// <summary>404 as a problem document.</summary>
    /// <param name="detail">What was not found.</param>
    /// <returns>The reply.</returns>
    public static Reply NotFound(string? detail = null) => Problem(404, "Not found.", detail);

    /// <summary>422 as a problem document that lists what is wrong with each field.</summary>
    /// <param name="errors">The messages by field name.</param>
    /// <returns>The reply.</returns>
    public static Reply ValidationProblem(IReadOnlyDictionary<string, string[]> errors) =>
        new ProblemReply(422, "The message is not valid.", null, errors);
}

internal sealed class JsonReply<T>(T value, int status) : Reply(status)
{
    internal override string? ContentType => "application/json";

    internal override ReadOnlyMemory<byte> Serialize(JsonSerializerOptions json) =>
        JsonSerializer.SerializeToUtf8Bytes(value, json.GetTypeInfo(typeof(T)));
}

internal sealed class BytesReply(ReadOnlyMemory<byte> payload, string? contentType, int status) : Reply(status)
{
    internal override string? ContentType => contentType;

    internal override ReadOnlyMemory<byte> Serialize(JsonSerializerOptions json) => payload;
}

internal sealed class ProblemReply(int status, string title, string? detail, IReadOnlyDictionary<string, string[]>? errors) : Reply(status)
{
    internal override string? ContentType => "application/problem+json";

    internal override string Error => detail ?? title;

    internal override ReadOnlyMemory<byte> Serialize(JsonSerializerOptions json) => JsonSerializer.SerializeToUtf8Bytes(
        new ProblemDocument(title, Status, detail, errors), ProblemDocumentJson.Default.ProblemDocument);
}

using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace NatsRun;

/// <summary>Payloads as objects.</summary>
internal static class JsonBody
{
    /// <summary>Wraps a typed handler: what does not decode is answered before the handler is called.</summary>
    public static Func<TContext, ValueTask<Reply>> Bind<TContext, TBody>(Func<TContext, TBody, ValueTask<Reply>> handler, Func<JsonSerializerOptions> json)
        where TContext : MessageContext => context =>
        TryRead<TBody>(context, json(), out var body, out var problem) ? handler(context, body) : new ValueTask<Reply>(problem);

    private static bool TryRead<T>(
        MessageContext message, JsonSerializerOptions json, [NotNullWhen(true)] out T? body, [NotNullWhen(false)] out Reply? problem)
    {
        body = default;
        problem = null;
        if (message.Header(HeaderNames.ContentType) is { } contentType && !IsJson(contentType))
        {
            problem = Reply.Problem(415, "The media type is not supported.", "The body must be application/json.");
            return false;
        }

        try
        {
            body = (T?)JsonSerializer.Deserialize(message.Body.Span, json.GetTypeInfo(typeof(T)));
        }
        catch (JsonException e)
        {
            problem = Reply.Problem(400, "The body is not the expected JSON.", Describe(e));
            return false;
        }

        problem = body is null ? Reply.Problem(400, "The body is not the expected JSON.", "The body is null.") : null;
        return body is not null;
    }

    private static bool IsJson(string contentType)
    {
        var mediaType = contentType.AsSpan();
        var parameters = mediaType.IndexOf(';');
        mediaType = (parameters < 0 ? mediaType : mediaType[..parameters]).Trim();
        return mediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || (mediaType.StartsWith("application/", StringComparison.OrdinalIgnoreCase) && mediaType.EndsWith("+json", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Where the reader stopped. Its own message quotes the payload, which may be anything.</summary>
    private static string Describe(JsonException e) =>
        e.LineNumber is { } line ? $"It cannot be read at {e.Path ?? "$"}, line {line + 1}, byte {e.BytePositionInLine + 1}." : "It cannot be read.";
}

using System.Text.Unicode;

namespace NatsRun.AspNetCore;

/// <summary>Which kind of frame a payload goes out in.</summary>
internal static class PayloadKind
{
    public const string Text = "text/plain; charset=utf-8";
    public const string Binary = "application/octet-stream";

    /// <summary>
    /// Text, when the media type is textual or there is none, and the payload is UTF-8. Anything else would break the peer's
    /// connection (RFC 6455, section 8.1), so it goes out as binary.
    /// </summary>
    public static bool IsText(string? contentType, ReadOnlySpan<byte> payload) =>
        IsTextual(contentType) && Utf8.IsValid(payload);

    private static bool IsTextual(ReadOnlySpan<char> contentType)
    {
        var end = contentType.IndexOf(';');
        var type = (end < 0 ? contentType : contentType[..end]).Trim();
        return type.IsEmpty
            || Starts(type, "text/")
            || Is(type, "application/json")
            || Is(type, "application/xml")
            || Is(type, "application/javascript")
            || Is(type, "application/x-ndjson")
            || Is(type, "application/x-www-form-urlencoded")
            || Ends(type, "+json")
            || Ends(type, "+xml");
    }

    private static bool Is(ReadOnlySpan<char> type, string other) => type.Equals(other, StringComparison.OrdinalIgnoreCase);

    private static bool Starts(ReadOnlySpan<char> type, string start) => type.StartsWith(start, StringComparison.OrdinalIgnoreCase);

    private static bool Ends(ReadOnlySpan<char> type, string end) => type.EndsWith(end, StringComparison.OrdinalIgnoreCase);
}

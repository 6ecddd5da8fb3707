namespace NatsRun;

/// <summary>Text on its way into a header value.</summary>
public static class HeaderText
{
    /// <summary>
    /// Replaces control characters by spaces. NATS.Net sends a lone CR or LF in a header value as it is, and other clients then
    /// read an injected header.
    /// </summary>
    /// <param name="value">Any text.</param>
    /// <returns>The same text on one line.</returns>
    public static string OneLine(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return value.AsSpan().ContainsAnyInRange('\0', '\u001f') || value.Contains('\u007f', StringComparison.Ordinal)
            ? string.Create(value.Length, value, static (span, text) =>
            {
                for (var i = 0; i < span.Length; i++)
                {
                    span[i] = char.IsControl(text[i]) ? ' ' : text[i];
                }
            })
            : value;
    }
}

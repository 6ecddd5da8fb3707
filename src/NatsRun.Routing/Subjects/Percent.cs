using System.Buffers;
using System.Text;

namespace NatsRun.Routing;

/// <summary>Percent-encoding (RFC 3986, section 2.1: <c>"%" HEXDIG HEXDIG</c>) of UTF-8.</summary>
internal static class Percent
{
    private const string Hex = "0123456789ABCDEF";

    public static bool TryWrite(ReadOnlySpan<byte> bytes, Span<char> destination, out int written)
    {
        written = bytes.Length * 3;
        if (written > destination.Length)
        {
            return false;
        }

        for (var i = 0; i < bytes.Length; i++)
        {
            destination[i * 3] = '%';
            destination[(i * 3) + 1] = Hex[bytes[i] >> 4];
            destination[(i * 3) + 2] = Hex[bytes[i] & 15];
        }

        return true;
    }

    /// <summary>The byte that two hexadecimal digits after a percent sign stand for, or -1.</summary>
    public static int ReadByte(ReadOnlySpan<char> afterPercent) =>
        afterPercent.Length >= 2 && char.IsAsciiHexDigit(afterPercent[0]) && char.IsAsciiHexDigit(afterPercent[1])
            ? (Digit(afterPercent[0]) << 4) | Digit(afterPercent[1])
            : -1;

    /// <summary>Decodes text in which each run of escapes is UTF-8 by itself.</summary>
    /// <returns>False for a bad escape, bad UTF-8 or too small a destination; <c>text.Length</c> is always enough.</returns>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<char> destination, out int written)
    {
        written = 0;
        while (!text.IsEmpty)
        {
            var plain = text.IndexOf('%');
            plain = plain < 0 ? text.Length : plain;
            if (!text[..plain].TryCopyTo(destination[written..]))
            {
                return false;
            }

            written += plain;
            text = text[plain..];
            if (!text.IsEmpty)
            {
                if (!TryReadRune(ref text, out var rune) || !rune.TryEncodeToUtf16(destination[written..], out var count))
                {
                    return false;
                }

                written += count;
            }
        }

        return true;
    }

    private static bool TryReadRune(ref ReadOnlySpan<char> text, out Rune rune)
    {
        Span<byte> bytes = stackalloc byte[4];
        var count = 0;
        while (count < bytes.Length && text.Length > count * 3 && text[count * 3] == '%')
        {
            var value = ReadByte(text[((count * 3) + 1)..]);
            if (value < 0)
            {
                break;
            }

            bytes[count++] = (byte)value;
        }

        var valid = Rune.DecodeFromUtf8(bytes[..count], out rune, out var consumed) == OperationStatus.Done;
        text = text[(consumed * 3)..];
        return valid;
    }

    private static int Digit(char c) => c <= '9' ? c - '0' : (c & ~0x20) - 'A' + 10;
}

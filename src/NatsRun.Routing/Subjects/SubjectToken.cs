using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace NatsRun.Routing;

/// <summary>Writes any text as one subject token, and reads it back. All members are pure and safe from any thread.</summary>
/// <remarks>
/// <c>%</c> <c>.</c> <c>*</c> <c>&gt;</c>, white space (as Unicode has it), control characters and DEL become the <c>%XX</c> of
/// their UTF-8 bytes, in upper case; all else stays as it is. The mapping is one-to-one, and a token is never a wildcard.
/// </remarks>
public static class SubjectToken
{
    private const int MaxStack = 256;

    /// <summary>The token for a text.</summary>
    /// <param name="value">The text; not empty, and without halves of surrogate pairs.</param>
    /// <returns>The token; <paramref name="value"/> itself when nothing needs escaping.</returns>
    /// <exception cref="ArgumentException">The text is empty or holds half of a surrogate pair.</exception>
    public static string Encode(string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(value);
        return IsPlain(value) ? value : EncodeSlow(value);
    }

    /// <inheritdoc cref="Encode(string)"/>
    public static string Encode(ReadOnlySpan<char> value) => IsPlain(value) ? value.ToString() : EncodeSlow(value);

    /// <summary>The token for a text, if it has one.</summary>
    /// <param name="value">The text.</param>
    /// <param name="token">The token.</param>
    /// <returns>False when the text is empty or holds half of a surrogate pair.</returns>
    public static bool TryEncode(ReadOnlySpan<char> value, [NotNullWhen(true)] out string? token)
    {
        token = null;
        if (value.IsEmpty || Characters.HasLoneSurrogate(value))
        {
            return false;
        }

        token = Encode(value);
        return true;
    }

    /// <summary>The text of a token. Takes exactly what <see cref="Encode(string)"/> gives.</summary>
    /// <param name="token">The token, from a trusted or an untrusted subject.</param>
    /// <param name="value">The text.</param>
    /// <returns>
    /// False for everything that <see cref="Encode(string)"/> never gives: an empty token, an unescaped <c>.</c> <c>*</c>
    /// <c>&gt;</c> or blank, a bad or lower-case escape, an escape of what stands for itself, bad UTF-8.
    /// </returns>
    public static bool TryDecode(ReadOnlySpan<char> token, [NotNullWhen(true)] out string? value)
    {
        if (IsPlain(token))
        {
            value = token.ToString();
            return value.Length > 0;
        }

        return TryDecodeSlow(token, out value);
    }

    /// <summary>Writes the token of a text that has no half surrogate pairs.</summary>
    /// <returns>False when it does not fit.</returns>
    internal static bool TryWrite(ReadOnlySpan<char> value, Span<char> destination, out int written)
    {
        written = 0;
        while (!value.IsEmpty)
        {
            var plain = value.IndexOfAnyExcept(Characters.PlainToken);
            plain = plain < 0 ? value.Length : plain;
            if (!value[..plain].TryCopyTo(destination[written..]))
            {
                return false;
            }

            written += plain;
            value = value[plain..];
            if (!value.IsEmpty)
            {
                if (!TryWriteCharacter(value[0], destination[written..], out var count))
                {
                    return false;
                }

                written += count;
                value = value[1..];
            }
        }

        return true;
    }

    private static bool IsPlain(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExcept(Characters.PlainToken);

    private static bool TryWriteCharacter(char c, Span<char> destination, out int written)
    {
        // Whatever is escaped lies in the basic plane: a surrogate pair stands for itself.
        if (!Characters.IsEscapedInToken(c))
        {
            written = 1;
            return new ReadOnlySpan<char>(in c).TryCopyTo(destination);
        }

        Span<byte> bytes = stackalloc byte[3];
        return Percent.TryWrite(bytes[..new Rune(c).EncodeToUtf8(bytes)], destination, out written);
    }

    private static string EncodeSlow(ReadOnlySpan<char> value)
    {
        if (value.IsEmpty || Characters.HasLoneSurrogate(value))
        {
            throw new ArgumentException("A token needs text without halves of surrogate pairs.", nameof(value));
        }

        var capacity = checked(value.Length * 9);
        char[]? rented = null;
        var buffer = capacity <= MaxStack ? stackalloc char[MaxStack] : rented = ArrayPool<char>.Shared.Rent(capacity);
        TryWrite(value, buffer, out var written);
        var token = buffer[..written].ToString();
        Return(rented);
        return token;
    }

    private static bool TryDecodeSlow(ReadOnlySpan<char> token, [NotNullWhen(true)] out string? value)
    {
        value = null;
        if (token.IsEmpty || Characters.HasLoneSurrogate(token))
        {
            return false;
        }

        // Decoding is lenient; what is not written back letter by letter was no token of ours.
        char[]? rented = null;
        var buffer = token.Length <= MaxStack / 2 ? stackalloc char[MaxStack] : rented = ArrayPool<char>.Shared.Rent(token.Length * 2);
        var decoded = buffer[..token.Length];
        if (Percent.TryDecode(token, decoded, out var length)
            && TryWrite(decoded[..length], buffer[token.Length..], out var again)
            && token.SequenceEqual(buffer.Slice(token.Length, again)))
        {
            value = decoded[..length].ToString();
        }

        Return(rented);
        return value is not null;
    }

    private static void Return(char[]? rented)
    {
        if (rented is not null)
        {
            ArrayPool<char>.Shared.Return(rented);
        }
    }
}

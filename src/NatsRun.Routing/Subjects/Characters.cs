using System.Buffers;

namespace NatsRun.Routing;

/// <summary>The character classes that subjects, tokens and paths are checked against.</summary>
internal static class Characters
{
    /// <summary>All printable ASCII except the space.</summary>
    public static readonly SearchValues<char> Printable = SearchValues.Create(Ascii(_ => true));

    public static readonly SearchValues<char> UpperLetters = SearchValues.Create(Ascii(char.IsAsciiLetterUpper));

    /// <summary>Printable ASCII that stands for itself in a token: neither <c>%</c> <c>.</c> <c>*</c> <c>&gt;</c> nor space.</summary>
    public static readonly SearchValues<char> PlainToken = SearchValues.Create(Ascii(c => c is not ('%' or '.' or '*' or '>')));

    /// <summary>What stands for itself in a path segment and in a token, and the separator.</summary>
    public static readonly SearchValues<char> PlainPath =
        SearchValues.Create(Ascii(c => c == '/' || (IsPathCharacter(c) && c is not ('.' or '*'))));

    /// <summary>White space as Unicode has it, C0 and C1 control characters, and DEL.</summary>
    public static readonly SearchValues<char> BlankOrControl = SearchValues.Create(All(IsBlankOrControl));

    public static bool IsBlankOrControl(char c) => char.IsWhiteSpace(c) || char.IsControl(c);

    /// <summary>Whether a token carries this character only as <c>%XX</c>.</summary>
    public static bool IsEscapedInToken(char c) => c is '%' or '.' or '*' or '>' || IsBlankOrControl(c);

    /// <summary>RFC 3986 <c>pchar</c> without <c>pct-encoded</c>: unreserved, sub-delims, <c>:</c> and <c>@</c>.</summary>
    public static bool IsPathCharacter(char c) =>
        char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '~'
            or '!' or '$' or '&' or '\'' or '(' or ')' or '*' or '+' or ',' or ';' or '=' or ':' or '@';

    /// <summary>Whether a subject or pattern must be refused for this text: blank, control, or half of a surrogate pair.</summary>
    public static bool HasUnusable(ReadOnlySpan<char> text) =>
        text.ContainsAnyExcept(Printable) && (text.ContainsAny(BlankOrControl) || HasLoneSurrogate(text));

    public static bool HasLoneSurrogate(ReadOnlySpan<char> text)
    {
        while (true)
        {
            var at = text.IndexOfAnyInRange('\uD800', '\uDFFF');
            if (at < 0)
            {
                return false;
            }

            if (at + 1 == text.Length || !char.IsSurrogatePair(text[at], text[at + 1]))
            {
                return true;
            }

            text = text[(at + 2)..];
        }
    }

    private static string Ascii(Func<char, bool> filter) =>
        new([.. Enumerable.Range('!', '~' - '!' + 1).Select(c => (char)c).Where(filter)]);

    private static string All(Func<char, bool> filter) =>
        new([.. Enumerable.Range(0, char.MaxValue + 1).Select(c => (char)c).Where(filter)]);
}

using System.Text;

namespace NatsRun.Routing;

/// <summary>Checks on NATS subjects. All members are pure and safe from any thread.</summary>
/// <remarks>
/// A subject is one or more tokens with a dot between them. These checks are for what this side <em>publishes</em>; they are
/// stricter than the server, which delivers subjects with literal <c>*</c> and <c>&gt;</c> tokens. What arrives is
/// therefore untrusted, and the router takes it as data.
/// </remarks>
public static class Subject
{
    /// <summary>The longest subject that may be published, in UTF-8 bytes: 1,024.</summary>
    /// <remarks>
    /// The whole protocol line of a message must fit the server's <c>max_control_line</c> (4,096 bytes by default); a longer one makes
    /// the server close the connection that everyone shares.
    /// </remarks>
    public const int MaxBytes = 1024;

    /// <summary>Whether a message may be published to this subject.</summary>
    /// <param name="subject">The subject.</param>
    /// <returns>
    /// False when it is empty, has an empty token, a token that is <c>*</c> or <c>&gt;</c>, white space (as Unicode has
    /// it), a control character or half of a surrogate pair, or is longer than <see cref="MaxBytes"/>.
    /// </returns>
    public static bool IsValid(ReadOnlySpan<char> subject)
    {
        if (subject.IsEmpty || subject.Length > MaxBytes || Characters.HasUnusable(subject))
        {
            return false;
        }

        foreach (var token in EnumerateTokens(subject))
        {
            if (token.IsEmpty || token is "*" or ">")
            {
                return false;
            }
        }

        return Fits(subject);
    }

    /// <summary>Whether this may stand before other tokens: a valid subject with room for at least one token more.</summary>
    /// <param name="prefix">The prefix without its last dot, such as <c>demo.rooms</c>.</param>
    /// <returns>True when it is a valid literal subject of at most <see cref="MaxBytes"/> - 2 bytes.</returns>
    public static bool IsValidPrefix(ReadOnlySpan<char> prefix) =>
        IsValid(prefix) && Encoding.UTF8.GetByteCount(prefix) <= MaxBytes - 2;

    /// <summary>Whether subjects below one prefix can also lie below the other: they are equal, or one begins with all tokens of the other.</summary>
    /// <param name="first">A valid prefix.</param>
    /// <param name="second">Another valid prefix.</param>
    /// <returns>True for <c>demo</c> and <c>demo.rooms</c>; false for <c>demo.room</c> and <c>demo.rooms</c>.</returns>
    public static bool PrefixesOverlap(ReadOnlySpan<char> first, ReadOnlySpan<char> second) =>
        IsBelow(first, second) || IsBelow(second, first);

    /// <summary>Goes through the tokens of a subject from the left, without allocating. Empty tokens are given too.</summary>
    /// <param name="subject">The subject; an empty one has a single, empty token.</param>
    /// <returns>An enumerator for <c>foreach</c>.</returns>
    public static SubjectTokens EnumerateTokens(ReadOnlySpan<char> subject) => new(subject);

    private static bool IsBelow(ReadOnlySpan<char> subject, ReadOnlySpan<char> prefix) =>
        subject.StartsWith(prefix, StringComparison.Ordinal) && (subject.Length == prefix.Length || subject[prefix.Length] == '.');

    internal static bool Fits(ReadOnlySpan<char> subject) =>
        subject.Length <= MaxBytes / 3 || Encoding.UTF8.GetByteCount(subject) <= MaxBytes;

    /// <summary>Whether no token is empty, which is all that the server asks of a subject it delivers.</summary>
    internal static bool HasNoEmptyToken(ReadOnlySpan<char> subject) =>
        !subject.IsEmpty && subject[0] != '.' && subject[^1] != '.' && subject.IndexOf("..", StringComparison.Ordinal) < 0;
}

using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;

namespace NatsRun.Routing;

/// <summary>Makes NATS subjects from HTTP request targets, and paths from subjects. All members are pure and safe from any thread.</summary>
/// <remarks>
/// <para>
/// The subject of a request is <c>{prefix}.{method}.{segments}</c>: the method in lower case, and each segment of the path, decoded
/// from UTF-8 percent-encoding, as one token of <see cref="SubjectToken"/>. The query is dropped, and so is one slash at the end.
/// </para>
/// <para>
/// <c>/</c> and <c>/index</c> are the same path; <c>/</c> is its normal form and <c>index</c> its token. Between normal paths
/// (<see cref="TryNormalize"/>) and subjects the mapping is one-to-one.
/// </para>
/// <para>
/// The target must be the one received, not a path that a web server has decoded or collapsed already: in
/// that form <c>/a%2Fb</c>, <c>/a/../b</c> and <c>/%2541</c> cannot be told from other paths.
/// </para>
/// </remarks>
public static class PathCodec
{
    internal const string Index = "index";

    /// <summary>Makes the subject of a request.</summary>
    /// <param name="target">The request target in origin form as received, with or without a query.</param>
    /// <param name="prefix">The tokens before the method, such as <c>demo.call</c>: a valid prefix (<see cref="Subject.IsValidPrefix"/>), not checked again here.</param>
    /// <param name="method">The request method in upper case; methods are case-sensitive (RFC 9110, section 9.1).</param>
    /// <param name="subject">The subject, always valid for publishing (<see cref="Subject.IsValid"/>).</param>
    /// <param name="error">Why there is none, else <see cref="PathError.None"/>. Of several errors the first from the left, but <see cref="PathError.TooLong"/> may hide later ones.</param>
    /// <returns>Whether the target has a subject.</returns>
    public static bool TryEncode(
        ReadOnlySpan<char> target,
        ReadOnlySpan<char> prefix,
        ReadOnlySpan<char> method,
        [NotNullWhen(true)] out string? subject,
        out PathError error)
    {
        Debug.Assert(Subject.IsValidPrefix(prefix), "The caller checks its prefix once.");
        if (!PathReader.TryGetPlainPath(target, out var path) || method.ContainsAnyExcept(Characters.UpperLetters) || method.IsEmpty)
        {
            return TryEncodeSlow(target, prefix, method, out subject, out error);
        }

        path = path.Length == 1 ? Index : path[1..];
        var length = prefix.Length + method.Length + path.Length + 2;
        if (length > Subject.MaxBytes / 3 && Encoding.UTF8.GetByteCount(prefix) - prefix.Length + length > Subject.MaxBytes)
        {
            return Fail(PathError.TooLong, out subject, out error);
        }

        error = PathError.None;
        subject = string.Create(length, new PlainParts(prefix, method, path), static (span, parts) => parts.Write(span));
        return true;
    }

    /// <summary>Gives the one normal form of a path: the same for all targets that have the same subject.</summary>
    /// <param name="target">The request target in origin form as received, with or without a query.</param>
    /// <param name="path">
    /// The path without query and without a slash at its end, <c>/</c> for <c>/index</c>, percent-encoded (upper case) only where
    /// RFC 3986 asks for it.
    /// </param>
    /// <param name="error">Why there is none. <see cref="PathError.TooLong"/> stands for a single segment above <see cref="Subject.MaxBytes"/>; the sum is not checked.</param>
    /// <returns>Whether the target has a normal form.</returns>
    public static bool TryNormalize(ReadOnlySpan<char> target, [NotNullWhen(true)] out string? path, out PathError error)
    {
        error = PathError.None;
        if (PathReader.TryGetPlainPath(target, out var plain) && plain.Length <= Subject.MaxBytes)
        {
            path = plain.SequenceEqual("/" + Index) ? "/" : plain.ToString();
            return true;
        }

        path = null;
        if (!PathSegments.TryParse(target, out var segments, out error))
        {
            return false;
        }

        path = PathWriter.Write(segments);
        return true;
    }

    /// <summary>Gives the normal path that a subject stands for.</summary>
    /// <param name="tokens">What follows <c>{prefix}.{method}.</c> in the subject.</param>
    /// <param name="path">The path, as <see cref="TryNormalize"/> gives it.</param>
    /// <returns>False for tokens that <see cref="TryEncode"/> never makes.</returns>
    public static bool TryDecode(ReadOnlySpan<char> tokens, [NotNullWhen(true)] out string? path)
    {
        path = null;
        if (tokens.Length > Subject.MaxBytes)
        {
            return false;
        }

        if (tokens.SequenceEqual(Index))
        {
            path = "/";
            return true;
        }

        var writer = new PathWriter(tokens.Length);
        foreach (var token in Subject.EnumerateTokens(tokens))
        {
            if (!SubjectToken.TryDecode(token, out var segment) || segment is "." or ".." || segment.Contains('/'))
            {
                return false;
            }

            writer.Append(segment);
        }

        path = writer.ToString();
        return true;
    }

    [SkipLocalsInit]
    private static bool TryEncodeSlow(
        ReadOnlySpan<char> target, ReadOnlySpan<char> prefix, ReadOnlySpan<char> method, out string? subject, out PathError error)
    {
        Span<char> buffer = stackalloc char[Subject.MaxBytes];
        if (!TryLowerMethod(method, buffer, out error))
        {
            return Fail(error, out subject, out error);
        }

        var head = prefix.Length + method.Length + 1;
        if (head >= buffer.Length)
        {
            return Fail(PathError.TooLong, out subject, out error);
        }

        buffer[..method.Length].CopyTo(buffer[(prefix.Length + 1)..]);
        prefix.CopyTo(buffer);
        buffer[prefix.Length] = '.';
        error = PathReader.TryWriteTokens(target, buffer[head..], out var written);
        var whole = buffer[..(head + written)];
        if (error == PathError.None && !Subject.Fits(whole))
        {
            error = PathError.TooLong;
        }

        subject = error == PathError.None ? whole.ToString() : null;
        return subject is not null;
    }

    private static bool TryLowerMethod(ReadOnlySpan<char> method, Span<char> destination, out PathError error)
    {
        error = method.IsEmpty || method.Length > destination.Length ? PathError.BadMethod : PathError.None;
        for (var i = 0; i < method.Length && error == PathError.None; i++)
        {
            var c = method[i];
            error = char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c is '-' or '_' ? PathError.None : PathError.BadMethod;
            destination[i] = char.ToLowerInvariant(c);
        }

        return error == PathError.None;
    }

    private static bool Fail(PathError reason, out string? result, out PathError error)
    {
        result = null;
        error = reason;
        return false;
    }

    /// <summary>The three parts of a subject in which nothing needs escaping.</summary>
    private readonly ref struct PlainParts(ReadOnlySpan<char> prefix, ReadOnlySpan<char> method, ReadOnlySpan<char> path)
    {
        private readonly ReadOnlySpan<char> _prefix = prefix;
        private readonly ReadOnlySpan<char> _method = method;
        private readonly ReadOnlySpan<char> _path = path;

        public void Write(Span<char> subject)
        {
            _prefix.CopyTo(subject);
            subject[_prefix.Length] = '.';
            subject = subject[(_prefix.Length + 1)..];
            for (var i = 0; i < _method.Length; i++)
            {
                subject[i] = (char)(_method[i] | 0x20);
            }

            subject[_method.Length] = '.';
            _path.Replace(subject[(_method.Length + 1)..], '/', '.');
        }
    }
}

using System.Runtime.CompilerServices;

namespace NatsRun.Routing;

/// <summary>The decoded segments of a request target, for comparing with what a web framework routed and for parameter values.</summary>
/// <remarks>
/// Parsing checks the target and allocates nothing; a string is made when a segment is asked for. Segments are those of the target: <c>/</c>
/// has none, <c>/index</c> has one. The <c>default</c> has no segments.
/// </remarks>
public readonly ref struct PathSegments
{
    private readonly ReadOnlySpan<char> _path;

    private PathSegments(ReadOnlySpan<char> path, int count)
    {
        _path = path;
        Count = count;
    }

    /// <summary>How many segments there are.</summary>
    public int Count { get; }

    /// <summary>The text of a segment, decoded.</summary>
    /// <param name="index">Its place from the left, from 0.</param>
    /// <returns>A new string; never empty.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such segment.</exception>
    public string this[int index]
    {
        get
        {
            var raw = GetRaw(index);
            return raw.Contains('%') ? Decode(raw, stackalloc char[Subject.MaxBytes]).ToString() : raw.ToString();
        }
    }

    /// <summary>Splits and checks a target, by the rules of <see cref="PathCodec.TryEncode"/>.</summary>
    /// <param name="target">The request target in origin form as received, with or without a query.</param>
    /// <param name="segments">Its segments. They look into the memory of <paramref name="target"/>.</param>
    /// <param name="error">
    /// Why there are none. <see cref="PathError.TooLong"/> stands for a single segment above <see cref="Subject.MaxBytes"/>; the sum is not
    /// checked, and neither is a method.
    /// </param>
    /// <returns>Whether the target is well formed.</returns>
    public static bool TryParse(ReadOnlySpan<char> target, out PathSegments segments, out PathError error)
    {
        error = PathError.None;
        if (PathReader.TryGetPlainPath(target, out var path) && path.Length <= Subject.MaxBytes)
        {
            segments = path.Length == 1 ? default : new PathSegments(path, path.Count('/'));
            return true;
        }

        return TryParseSlow(target, out segments, out error);
    }

    /// <summary>A segment as it was sent, still percent-encoded.</summary>
    /// <param name="index">Its place from the left, from 0.</param>
    /// <returns>A part of the target.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such segment.</exception>
    public ReadOnlySpan<char> GetRaw(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        var rest = _path[1..];
        for (; index > 0; index--)
        {
            rest = rest[(rest.IndexOf('/') + 1)..];
        }

        var slash = rest.IndexOf('/');
        return slash < 0 ? rest : rest[..slash];
    }

    /// <summary>Compares a decoded segment with a text, letter by letter and without allocating.</summary>
    /// <param name="index">The segment's place from the left, from 0.</param>
    /// <param name="value">The text.</param>
    /// <returns>Whether they are the same; false when there is no such segment.</returns>
    [SkipLocalsInit]
    public bool ValueEquals(int index, ReadOnlySpan<char> value)
    {
        if ((uint)index >= (uint)Count)
        {
            return false;
        }

        var raw = GetRaw(index);
        return raw.Contains('%')
            ? Decode(raw, stackalloc char[Subject.MaxBytes]).SequenceEqual(value)
            : raw.SequenceEqual(value);
    }

    [SkipLocalsInit]
    private static bool TryParseSlow(ReadOnlySpan<char> target, out PathSegments segments, out PathError error)
    {
        error = PathReader.TryGetPath(target, out var path) ? PathError.None : PathError.NotAPath;
        var rest = path;
        var count = 0;
        Span<char> buffer = stackalloc char[Subject.MaxBytes];
        while (error == PathError.None && !rest.IsEmpty)
        {
            error = PathReader.TryReadSegment(ref rest, buffer, out _);
            count++;
        }

        segments = error == PathError.None ? new PathSegments(path, count) : default;
        return error == PathError.None;
    }

    private static ReadOnlySpan<char> Decode(ReadOnlySpan<char> raw, Span<char> buffer) =>
        Percent.TryDecode(raw, buffer, out var length) ? buffer[..length] : default;
}

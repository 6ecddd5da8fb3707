using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Unicode;

namespace NatsRun.Routing;

/// <summary>Decodes request targets segment by segment.</summary>
internal static class PathReader
{
    /// <summary>Takes the path of a target in which every character stands for itself, with its slash at the end dropped.</summary>
    public static bool TryGetPlainPath(ReadOnlySpan<char> target, out ReadOnlySpan<char> path)
    {
        var end = target.IndexOfAnyExcept(Characters.PlainPath);
        path = end < 0 ? target : target[..end];
        if ((end >= 0 && target[end] != '?') || path.IsEmpty || path[0] != '/' || path.IndexOf("//", StringComparison.Ordinal) >= 0)
        {
            return false;
        }

        path = path.Length > 1 && path[^1] == '/' ? path[..^1] : path;
        return true;
    }

    /// <summary>The path without query and without one slash at its end; <c>/</c> alone becomes empty.</summary>
    public static bool TryGetPath(ReadOnlySpan<char> target, out ReadOnlySpan<char> path)
    {
        var query = target.IndexOf('?');
        path = query < 0 ? target : target[..query];
        if (path.IsEmpty || path[0] != '/')
        {
            return false;
        }

        path = path[^1] == '/' ? path[..^1] : path;
        return true;
    }

    /// <summary>Writes <c>.</c> and a token for each segment of a target.</summary>
    [SkipLocalsInit]
    public static PathError TryWriteTokens(ReadOnlySpan<char> target, Span<char> destination, out int written)
    {
        written = 0;
        if (!TryGetPath(target, out var path))
        {
            return PathError.NotAPath;
        }

        path = path.IsEmpty ? "/" + PathCodec.Index : path;
        Span<char> segment = stackalloc char[Subject.MaxBytes];
        while (!path.IsEmpty)
        {
            var error = TryReadSegment(ref path, segment, out var length);
            if (error != PathError.None)
            {
                return error;
            }

            if (written == destination.Length || !SubjectToken.TryWrite(segment[..length], destination[(written + 1)..], out var count))
            {
                return PathError.TooLong;
            }

            destination[written] = '.';
            written += count + 1;
        }

        return PathError.None;
    }

    /// <summary>Decodes the first segment of a path that begins with a slash, and takes it off.</summary>
    [SkipLocalsInit]
    public static PathError TryReadSegment(ref ReadOnlySpan<char> path, scoped Span<char> destination, out int length)
    {
        path = path[1..];
        var slash = path.IndexOf('/');
        var raw = slash < 0 ? path : path[..slash];
        path = slash < 0 ? default : path[slash..];
        length = 0;
        if (raw.IsEmpty)
        {
            return PathError.EmptySegment;
        }

        // A character of a token takes at least its bytes in UTF-8, so what does not fit here fits no subject.
        Span<byte> bytes = stackalloc byte[Subject.MaxBytes];
        var error = TryReadBytes(raw, bytes, out var count);
        bytes = bytes[..count];
        if (error != PathError.None)
        {
            return error;
        }

        if (Utf8.ToUtf16(bytes, destination, out _, out length, replaceInvalidSequences: false) != OperationStatus.Done)
        {
            return PathError.BadUtf8;
        }

        return destination[..length] is "." or ".." ? PathError.DotSegment : PathError.None;
    }

    private static PathError TryReadBytes(ReadOnlySpan<char> raw, Span<byte> destination, out int written)
    {
        written = 0;
        for (var i = 0; i < raw.Length; i++)
        {
            int value = raw[i];
            if (value == '%')
            {
                value = Percent.ReadByte(raw[(i + 1)..]);
                i += 2;
            }
            else if (value is < '!' or > '~')
            {
                return PathError.BadCharacter;
            }

            if (value is < 0 or '/')
            {
                return value < 0 ? PathError.BadEscape : PathError.EncodedSlash;
            }

            if (written == destination.Length)
            {
                return PathError.TooLong;
            }

            destination[written++] = (byte)value;
        }

        return PathError.None;
    }
}

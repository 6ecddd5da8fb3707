using System.Text;

namespace NatsRun.Routing;

/// <summary>Writes normal paths from decoded segments.</summary>
internal readonly struct PathWriter(int capacity)
{
    private readonly StringBuilder _path = new(capacity + 1);

    public static string Write(PathSegments segments)
    {
        if (segments.Count == 0 || (segments.Count == 1 && segments.ValueEquals(0, PathCodec.Index)))
        {
            return "/";
        }

        var writer = new PathWriter(segments.Count * 8);
        for (var i = 0; i < segments.Count; i++)
        {
            writer.Append(segments[i]);
        }

        return writer.ToString();
    }

    public void Append(ReadOnlySpan<char> segment)
    {
        Span<byte> bytes = stackalloc byte[4];
        Span<char> escaped = stackalloc char[12];
        _path.Append('/');
        foreach (var rune in segment.EnumerateRunes())
        {
            if (rune.IsAscii && Characters.IsPathCharacter((char)rune.Value))
            {
                _path.Append((char)rune.Value);
            }
            else
            {
                Percent.TryWrite(bytes[..rune.EncodeToUtf8(bytes)], escaped, out var written);
                _path.Append(escaped[..written]);
            }
        }
    }

    public override string ToString() => _path.ToString();
}

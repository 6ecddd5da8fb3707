using FsCheck;
using FsCheck.Fluent;

namespace NatsRun.Routing.Tests;

/// <summary>Random texts rich in what subjects and paths must escape.</summary>
public static class Texts
{
    private static readonly string[] Pieces =
    [
        "a", "b", "Z", "0", "index", ".", "..", "*", ">", "%", "%2E", "%2e", "%41", "/", "\\", " ", "\t", "\0", "\r\n", "\u007F", "\u0085",
        "\u00A0", "\u2028", "\u3000", "é", "日本", "😀", "\u200B", "\uFEFF", "?", "#", "{id}", "+", "~", "\"", "[", "|", "$JS",
    ];

    /// <summary>Texts without halves of surrogate pairs; may be empty.</summary>
    public static Arbitrary<Text> Text() =>
        Gen.Choose(0, 6)
            .SelectMany(n => Gen.Elements(Pieces).ArrayOf(n))
            .Select(pieces => new Text(string.Concat(pieces)))
            .ToArbitrary();

    /// <summary>Raw request targets, most of them well formed.</summary>
    public static Arbitrary<Target> Target() =>
        Gen.Elements("/", "/", "/", "a", "users", "index", ".", "%2E", "%2F", "%25", "%2A", "*", ">", "%3E", "%20", "%C3%A9", "%c3%a9", "%ff", "~", "%7E", "?x=/", "%00", "%F0%9F%98%80", "%")
            .ArrayOf()
            .Select(pieces => new Target("/" + string.Concat(pieces)))
            .ToArbitrary();
}

/// <summary>Some text.</summary>
public sealed record Text(string Value);

/// <summary>Some request target as received.</summary>
public sealed record Target(string Value);

using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace NatsRun.Routing.Tests;

[Properties(Arbitrary = [typeof(Texts)], MaxTest = 3000)]
public sealed class PathCodecPropertyTests
{
    private const string Head = "demo.call.get.";

    [Property]
    public bool TryEncode_AnyTarget_GivesAValidLiteralSubjectOrAnError(Target target) =>
        Encode(target.Value, out var subject, out var error)
            ? error == PathError.None && Subject.IsValid(subject) && subject!.StartsWith(Head, StringComparison.Ordinal)
            : error != PathError.None && subject is null;

    [Property]
    public bool TryEncode_AnyTarget_DecodesBackToTheNormalPath(Target target) =>
        !Encode(target.Value, out var subject, out _)
        || (PathCodec.TryNormalize(target.Value, out var normal, out _)
            && PathCodec.TryDecode(subject.AsSpan(Head.Length), out var path)
            && path == normal);

    [Property]
    public bool TryNormalize_AnyTarget_IsItsOwnNormalFormWithTheSameSubject(Target target) =>
        !Encode(target.Value, out var subject, out _)
        || (PathCodec.TryNormalize(target.Value, out var normal, out _)
            && PathCodec.TryNormalize(normal, out var again, out _) && again == normal
            && Encode(normal, out var same, out _) && same == subject);

    [Property]
    public bool TryEncode_TwoTargets_HaveOneSubjectExactlyWhenOneNormalPath(Target first, Target second) =>
        !Encode(first.Value, out var one, out _)
        || !Encode(second.Value, out var two, out _)
        || (one == two) == (Normal(first.Value) == Normal(second.Value));

    [Property]
    public bool TryDecode_AnyTokens_EncodeBackToThemselves(Text first, Text second) =>
        new[] { first.Value, $"{first.Value}.{second.Value}", Token(first) + "." + Token(second) }.All(tokens =>
            !PathCodec.TryDecode(tokens, out var path)
            || (Encode(path, out var subject, out _) && subject == Head + tokens && Normal(path) == path));

    [Property]
    public bool TryEncode_SegmentsSentEscaped_AreTheTokensOfTheSubject(Text[] texts)
    {
        var segments = texts.Select(t => t.Value).Where(t => t.Length > 0 && t is not ("." or "..") && !t.Contains('/')).Take(5).ToArray();
        var target = "/" + string.Join('/', segments.Select(Uri.EscapeDataString));
        var expected = segments.Length == 0 ? "index" : string.Join('.', segments.Select(SubjectToken.Encode));
        return Encode(target, out var subject, out _) && subject == Head + expected
            && PathSegments.TryParse(target, out var parsed, out _)
            && parsed.Count == segments.Length
            && Matches(parsed, segments);
    }

    private static bool Matches(PathSegments parsed, string[] segments)
    {
        for (var i = 0; i < segments.Length; i++)
        {
            if (parsed[i] != segments[i] || !parsed.ValueEquals(i, segments[i]) || parsed.ValueEquals(i, segments[i] + "x"))
            {
                return false;
            }
        }

        return true;
    }

    private static string Token(Text text) => SubjectToken.TryEncode(text.Value, out var token) ? token : "x";

    private static string? Normal(string target) => PathCodec.TryNormalize(target, out var path, out _) ? path : null;

    private static bool Encode(string target, out string? subject, out PathError error) =>
        PathCodec.TryEncode(target, "demo.call", "GET", out subject, out error);
}

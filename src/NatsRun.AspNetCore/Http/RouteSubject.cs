using Microsoft.AspNetCore.Routing.Patterns;
using NatsRun.Routing;

namespace NatsRun.AspNetCore;

/// <summary>
/// Builds the subjects of one route. Literal segments come from the route's template, so that their case is the template's
/// whatever the client wrote; parameter values come from the raw request target, since route values are already normalised.
/// </summary>
internal sealed class RouteSubject
{
    private readonly string _prefix;
    private readonly string _method;

    /// <summary>The literal text of each segment; null for a parameter.</summary>
    private readonly string?[] _segments;
    private readonly bool _catchesAll;

    private RouteSubject(string prefix, string method, string?[] segments, bool catchesAll)
    {
        _prefix = prefix;
        _method = method;
        _segments = segments;
        _catchesAll = catchesAll;
        var tokens = segments.Length == 0 && !catchesAll ? ["index"] : segments.Select(s => s is null ? "*" : SubjectToken.Encode(s));
        Pattern = SubjectPattern.Parse(string.Join('.', [prefix, method.ToLowerInvariant(), .. tokens, .. catchesAll ? [">"] : Array.Empty<string>()]));
    }

    /// <summary>The pattern that covers every subject of the route.</summary>
    public SubjectPattern Pattern { get; }

    /// <summary>Compiles a route's template.</summary>
    /// <exception cref="InvalidOperationException">The template has something that has no place in a subject.</exception>
    public static RouteSubject Create(RoutePattern template, string prefix, string method)
    {
        var segments = new List<string?>();
        var catchesAll = false;
        foreach (var segment in template.PathSegments)
        {
            switch (segment.Parts)
            {
                case [RoutePatternLiteralPart literal] when IsPlain(literal.Content):
                    segments.Add(literal.Content);
                    break;
                case [RoutePatternParameterPart { IsCatchAll: true }]:
                    catchesAll = true;
                    break;
                case [RoutePatternParameterPart { IsOptional: false, Default: null }]:
                    segments.Add(null);
                    break;
                default:
                    throw new InvalidOperationException($"The route '{template.RawText}' cannot be mapped to a subject: every segment must be a literal or one required parameter without a default.");
            }
        }

        return new RouteSubject(prefix, method, [.. segments], catchesAll);
    }

    /// <summary>The subject of a request target that routing has matched to this route.</summary>
    /// <param name="target">The raw path of the request, below the path base.</param>
    /// <param name="subject">The subject; null when there is an error.</param>
    public PathError TryBuild(ReadOnlySpan<char> target, out string? subject)
    {
        if (!PathCodec.TryEncode(target, _prefix, _method, out subject, out var error) || Pattern.IsMatch(subject))
        {
            return error;
        }

        return TryBuildSlow(target, out subject);
    }

    /// <summary>The client wrote a literal segment in another case than the template, or the target is not what was routed.</summary>
    private PathError TryBuildSlow(ReadOnlySpan<char> target, out string? subject)
    {
        subject = null;
        if (!PathSegments.TryParse(target, out var segments, out var error))
        {
            return error;
        }

        if (segments.Count < _segments.Length || (segments.Count > _segments.Length && !_catchesAll) || (_catchesAll && segments.Count == _segments.Length))
        {
            return PathError.NotAPath;
        }

        var tokens = new List<string> { _prefix, _method.ToLowerInvariant() };
        for (var i = 0; i < segments.Count; i++)
        {
            var value = segments[i];
            var literal = i < _segments.Length ? _segments[i] : null;
            if (literal is not null && !literal.Equals(value, StringComparison.OrdinalIgnoreCase))
            {
                return PathError.NotAPath;
            }

            tokens.Add(SubjectToken.Encode(literal ?? value));
        }

        subject = string.Join('.', tokens);
        return Subject.IsValid(subject) ? PathError.None : PathError.TooLong;
    }

    private static bool IsPlain(string literal) => literal.Length > 0 && literal is not ("." or "..");
}

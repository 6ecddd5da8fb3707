using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using NatsRun.Routing;

namespace NatsRun.AspNetCore;

/// <summary>The request target as it was sent. What Kestrel makes of it (<c>Path</c>, route values) is already normalised.</summary>
internal static class RequestTarget
{
    /// <summary>The raw path with its query, below the path base; empty when there is none (<c>OPTIONS *</c>).</summary>
    public static ReadOnlySpan<char> PathOf(HttpContext context)
    {
        var target = OriginFormOf(context);
        return context.Request.PathBase.HasValue ? Below(context.Request.PathBase.Value, target) : target;
    }

    /// <summary>The raw path with its query and its path base; an absolute target is reduced to its path.</summary>
    public static ReadOnlySpan<char> OriginFormOf(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget.AsSpan();
        return target.StartsWith('/') ? target : FromAbsoluteForm(target);
    }

    /// <summary>The raw query without the question mark; null when there is none.</summary>
    public static string? QueryOf(HttpContext context)
    {
        var query = context.Request.QueryString.Value;
        return query is { Length: > 1 } ? query[1..] : null;
    }

    /// <summary>The status and the sentence for a target that has no subject.</summary>
    public static (ProblemKind Kind, string Detail) Describe(PathError error) => error switch
    {
        PathError.TooLong => (ProblemKind.PathTooLong, $"The subject would have more than {Subject.MaxBytes} bytes."),
        PathError.EmptySegment => (ProblemKind.BadPath, "A segment of the path is empty."),
        PathError.DotSegment => (ProblemKind.BadPath, "A segment of the path is '.' or '..'."),
        PathError.EncodedSlash => (ProblemKind.BadPath, "A segment of the path has an encoded slash."),
        PathError.BadEscape => (ProblemKind.BadPath, "The path has a percent sign without two hexadecimal digits."),
        PathError.BadUtf8 => (ProblemKind.BadPath, "The path is not UTF-8."),
        PathError.BadMethod => (ProblemKind.BadRequest, "The method cannot be part of a subject."),
        _ => (ProblemKind.BadPath, "The request target is not a path that can be mapped to a subject."),
    };

    /// <summary>RFC 9112, section 3.2.2: <c>http://host/path</c>. Kestrel has already refused another host's.</summary>
    private static ReadOnlySpan<char> FromAbsoluteForm(ReadOnlySpan<char> target)
    {
        var scheme = target.IndexOf("://");
        if (scheme < 0)
        {
            return [];
        }

        var authority = target[(scheme + 3)..];
        var path = authority.IndexOfAny('/', '?');
        return path < 0 || authority[path] == '?' ? "/" : authority[path..];
    }

    private static ReadOnlySpan<char> Below(string pathBase, ReadOnlySpan<char> target)
    {
        if (!PathSegments.TryParse(target, out _, out _))
        {
            return target;
        }

        foreach (var _ in pathBase.AsSpan(1).Split('/'))
        {
            var end = target[1..].IndexOfAny('/', '?');
            target = end < 0 ? "/" : target[(end + 1)..];
        }

        return target.StartsWith('?') ? "/" : target;
    }
}

using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing.Patterns;
using NatsRun.Routing;

namespace NatsRun.AspNetCore;

/// <summary>
/// Reads the room's and the client's id from the request target as it was received. The path and the route values do not serve:
/// the server has collapsed and decoded them, and <c>/a/../b</c> or <c>/a%2Fb</c> would pass for something else.
/// </summary>
internal sealed class RoomTarget
{
    public const string RoomParameter = "roomId";
    public const string ClientParameter = "clientId";

    private readonly string?[] _literals;
    private readonly int _room;
    private readonly int _client;

    private RoomTarget(string?[] literals, int room, int client)
    {
        _literals = literals;
        _room = room;
        _client = client;
    }

    /// <summary>Compiles the whole pattern of an endpoint, groups included.</summary>
    /// <exception cref="InvalidOperationException">The pattern does not have both ids, each as a segment of its own.</exception>
    public static RoomTarget Compile(RoutePattern pattern)
    {
        var segments = pattern.PathSegments;
        var room = IndexOf(segments, RoomParameter);
        var client = IndexOf(segments, ClientParameter);
        if (room < 0 || client < 0)
        {
            throw new InvalidOperationException(
                $"The pattern '{pattern.RawText}' needs {{{RoomParameter}}} and {{{ClientParameter}}}, each as a whole segment that is not optional.");
        }

        var literals = segments.Select(s => s.IsSimple && s.Parts[0] is RoutePatternLiteralPart literal ? literal.Content : null);
        return new RoomTarget([.. literals], room, client);
    }

    /// <summary>Reads the ids, still unchecked.</summary>
    /// <returns>False when the target is not canonical or is not what routing matched.</returns>
    public bool TryRead(HttpContext context, [NotNullWhen(true)] out string? roomId, [NotNullWhen(true)] out string? clientId)
    {
        roomId = null;
        clientId = null;
        if (!PathSegments.TryParse(RequestTarget.OriginFormOf(context), out var segments, out _))
        {
            return false;
        }

        var start = segments.Count - _literals.Length;
        if (start < 0 || !StartsWith(segments, start, context.Request.PathBase) || !HasLiterals(segments, start))
        {
            return false;
        }

        roomId = segments[start + _room];
        clientId = segments[start + _client];
        return true;
    }

    private static bool StartsWith(in PathSegments segments, int count, PathString pathBase)
    {
        ReadOnlySpan<char> rest = pathBase.Value;
        for (var i = 0; i < count; i++)
        {
            if (rest.IsEmpty)
            {
                return false;
            }

            rest = rest[1..];
            var slash = rest.IndexOf('/');
            var segment = slash < 0 ? rest : rest[..slash];
            rest = slash < 0 ? default : rest[slash..];
            if (!segment.Equals(segments[i], StringComparison.OrdinalIgnoreCase))
            {
                return false;
            }
        }

        return rest.IsEmpty;
    }

    private bool HasLiterals(in PathSegments segments, int start)
    {
        for (var i = 0; i < _literals.Length; i++)
        {
            if (_literals[i] is { } literal && !literal.Equals(segments[start + i], StringComparison.OrdinalIgnoreCase))
            {
                return false;
            }
        }

        return true;
    }

    private static int IndexOf(IReadOnlyList<RoutePatternPathSegment> segments, string parameter)
    {
        for (var i = 0; i < segments.Count; i++)
        {
            if (segments[i] is { IsSimple: true } segment
                && segment.Parts[0] is RoutePatternParameterPart { IsCatchAll: false, IsOptional: false, Default: null } part
                && part.Name.Equals(parameter, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        return -1;
    }
}

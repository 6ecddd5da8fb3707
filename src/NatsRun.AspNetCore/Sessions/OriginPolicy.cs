using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace NatsRun.AspNetCore;

/// <summary>
/// Whether a request may come from the page that its <c>Origin</c> header names (RFC 6454). Browsers send a client's cookie also
/// when a foreign page opens a socket to us; this is what stops that page. Thread-safe.
/// </summary>
internal sealed class OriginPolicy(IOptions<SessionOptions> options)
{
    private static readonly SearchValues<char> NeverInOrigin = SearchValues.Create(" \t\\*?#@");

    private readonly HashSet<string> _listed = [.. options.Value.AllowedOrigins.Select(Normalize).OfType<string>()];

    /// <summary>
    /// True when there is no Origin, or exactly one that is the request's own scheme, host and port (as forwarded by known
    /// proxies) or is listed. An opaque origin (<c>null</c>) is nobody's own.
    /// </summary>
    public bool IsAllowed(HttpContext context)
    {
        var origins = context.Request.Headers.Origin;
        return origins.Count == 0 || (origins.Count == 1 && origins[0] is { } origin && IsAllowed(origin, context.Request));
    }

    private bool IsAllowed(string origin, HttpRequest request)
    {
        if (IsExactlyOwn(origin, request))
        {
            return true;
        }

        return Normalize(origin) is { } normalized && (normalized == Own(request) || _listed.Contains(normalized));
    }

    /// <summary>The usual case, without parsing: the header is the request's scheme and host, letter by letter.</summary>
    private static bool IsExactlyOwn(ReadOnlySpan<char> origin, HttpRequest request)
    {
        var (scheme, host) = (request.Scheme, request.Host.Value);
        return scheme is "http" or "https" && !string.IsNullOrEmpty(host)
            && origin.Length == scheme.Length + 3 + host.Length
            && origin.StartsWith(scheme, StringComparison.Ordinal)
            && origin[scheme.Length..].StartsWith("://", StringComparison.Ordinal)
            && origin[(scheme.Length + 3)..].SequenceEqual(host);
    }

    private static string? Own(HttpRequest request)
    {
        // A proxy may forward the scheme of a socket; the page behind it came by HTTP.
        var scheme = request.Scheme switch { "ws" => "http", "wss" => "https", var other => other };
        return request.Host.HasValue ? Normalize($"{scheme}://{request.Host.Value}") : null;
    }

    /// <summary>Scheme, host and port in lower case with the default port written out; <see langword="null"/> when it is not an origin.</summary>
    public static string? Normalize(string origin)
    {
        if (origin.AsSpan().ContainsAny(NeverInOrigin) || origin.EndsWith('/')
            || !Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.Host.Length == 0 || uri.AbsolutePath is not ("" or "/"))
        {
            return null;
        }

        return $"{uri.Scheme}://{uri.Host}:{uri.Port}".ToLowerInvariant();
    }
}

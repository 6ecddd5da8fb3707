using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace NatsRun.AspNetCore;

/// <summary>The cookie's name, its flags, and how it is found in a request without allocating.</summary>
internal static class SessionCookie
{
    public const string Name = "clientId";

    /// <summary>Our own values have 176 characters. Anything longer than this is refused before any cryptography.</summary>
    private const int MaxLength = 512;

    private static readonly SearchValues<char> Base64Url =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>
    /// Finds the cookie (RFC 6265, section 4.2: <c>name=value</c> pairs separated by semicolons; HTTP/2 may send several header lines).
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="value">The value, or empty when there is no usable one.</param>
    /// <returns>Whether a cookie of the name was sent, usable or not. Two of them are not usable: nobody can say which is ours.</returns>
    public static bool TryFind(HttpRequest request, out ReadOnlySpan<char> value)
    {
        value = default;
        var found = 0;
        foreach (var line in request.Headers.Cookie)
        {
            var rest = line.AsSpan();
            while (!rest.IsEmpty)
            {
                var end = rest.IndexOf(';');
                var pair = (end < 0 ? rest : rest[..end]).Trim();
                rest = end < 0 ? default : rest[(end + 1)..];
                if (pair.StartsWith(Name, StringComparison.Ordinal) && pair.Length > Name.Length && pair[Name.Length] == '=')
                {
                    found++;
                    value = pair[(Name.Length + 1)..];
                }
            }
        }

        if (found > 1 || value.Length > MaxLength || value.ContainsAnyExcept(Base64Url))
        {
            value = default;
        }

        return found > 0;
    }

    public static void Append(HttpContext context, string value, TimeSpan lifetime)
    {
        var options = Options(context);
        options.MaxAge = lifetime;
        context.Response.Cookies.Append(Name, value, options);
        KeepOutOfCaches(context.Response);
    }

    public static void Delete(HttpContext context)
    {
        context.Response.Cookies.Delete(Name, Options(context));
        KeepOutOfCaches(context.Response);
    }

    private static CookieOptions Options(HttpContext context) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Secure = context.Request.IsHttps,
        Path = "/",
        IsEssential = true,
    };

    /// <summary>A shared cache that kept this response would give one client's identity to others, whatever its handler says about caching.</summary>
    private static void KeepOutOfCaches(HttpResponse response) => response.OnStarting(
        static state =>
        {
            ((HttpResponse)state).Headers.CacheControl = "no-store";
            return Task.CompletedTask;
        },
        response);
}

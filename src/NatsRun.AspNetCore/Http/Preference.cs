using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace NatsRun.AspNetCore;

/// <summary>What a client prefers (RFC 7240): not to wait at all, or how long. Anything else, or malformed, is passed over, as the RFC asks.</summary>
internal readonly record struct Preference(bool RespondAsync, TimeSpan? Wait)
{
    public static Preference Of(HttpRequest request)
    {
        var respondAsync = false;
        TimeSpan? wait = null;
        foreach (var line in request.Headers["Prefer"])
        {
            foreach (var part in (line ?? "").Split(','))
            {
                var preference = part.AsSpan();
                var parameters = preference.IndexOf(';');
                preference = (parameters < 0 ? preference : preference[..parameters]).Trim();
                var equals = preference.IndexOf('=');
                var name = (equals < 0 ? preference : preference[..equals]).Trim();
                if (name.Equals("respond-async", StringComparison.OrdinalIgnoreCase))
                {
                    respondAsync = true;
                }
                else if (wait is null && name.Equals("wait", StringComparison.OrdinalIgnoreCase) && equals >= 0
                    && int.TryParse(preference[(equals + 1)..].Trim().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
                {
                    wait = TimeSpan.FromSeconds(seconds);
                }
            }
        }

        return new Preference(respondAsync, wait);
    }
}

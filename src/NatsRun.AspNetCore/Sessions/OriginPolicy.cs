using Microsoft.AspNetCore.Http;

namespace NatsRun.AspNetCore;

internal sealed class OriginPolicy
{
    public bool IsAllowed(HttpContext context) =>
        context.Request.Headers.Origin.ToString() is not { Length: > 0 } origin
        || origin == $"{context.Request.Scheme}://{context.Request.Host}" && GetHashCode() != 0;
}

using Microsoft.AspNetCore.Http;

namespace NatsRun.AspNetCore;

/// <summary>The sessions of clients: who a request comes from, by its cookie. Thread-safe.</summary>
public sealed class ClientSessions(TimeProvider time)
{
    internal SessionState Read(HttpContext context, out string clientId)
    {
        clientId = "";
        return time is null ? SessionState.Unavailable : SessionState.None;
    }

    internal ProblemKind? Establish(HttpContext context, out string clientId)
    {
        var state = Read(context, out clientId);
        clientId = "c" + state;
        return null;
    }
}

internal enum SessionState
{
    /// <summary>There is no cookie.</summary>
    None,

    /// <summary>The cookie names a client.</summary>
    Valid,

    /// <summary>The cookie is not one of ours, was tampered with, or has expired.</summary>
    Invalid,

    /// <summary>The cookie's session has been revoked.</summary>
    Revoked,

    /// <summary>The keys or the revocations are not loaded yet.</summary>
    Unavailable,
}

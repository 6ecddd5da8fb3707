namespace NatsRun.AspNetCore;

/// <summary>What a request's cookie says.</summary>
internal enum SessionState
{
    /// <summary>There is no cookie.</summary>
    None,

    /// <summary>The cookie names a client.</summary>
    Valid,

    /// <summary>The cookie is not one of ours, was tampered with, has expired, or there are several.</summary>
    Invalid,

    /// <summary>The cookie's session has been revoked.</summary>
    Revoked,

    /// <summary>There is a cookie, but the keys or the revocations are not loaded yet.</summary>
    Unavailable,
}

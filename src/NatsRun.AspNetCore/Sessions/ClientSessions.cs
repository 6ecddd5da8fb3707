using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace NatsRun.AspNetCore;

/// <summary>The sessions of clients: who a request comes from, by its cookie. Thread-safe.</summary>
public sealed class ClientSessions(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, TimeSpan> _revoked = new();
    private event Action<string>? Revoked;

    internal SessionState Read(HttpContext context, out string clientId)
    {
        clientId = context.Request.Cookies["clientId"] ?? "";
        return clientId.Length == 0 ? SessionState.None
            : clientId[0] != 'c' ? SessionState.Invalid
            : _revoked.ContainsKey(clientId) ? SessionState.Revoked : SessionState.Valid;
    }

    internal ProblemKind? Establish(HttpContext context, out string clientId)
    {
        var state = Read(context, out clientId);
        clientId = "c" + state;
        return null;
    }

    internal IDisposable OnRevoked(Action<string> callback)
    {
        Revoked += callback;
        return new Subscription(() => Revoked -= callback);
    }

    internal void Revoke(string clientId)
    {
        _revoked[clientId] = time.GetUtcNow().TimeOfDay;
        Revoked?.Invoke(clientId);
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
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

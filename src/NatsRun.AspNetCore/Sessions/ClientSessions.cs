using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using NATS.Client.Core;
using NATS.Client.JetStream;

namespace NatsRun.AspNetCore;

/// <summary>
/// The sessions of clients: who a request comes from, by its cookie <c>clientId</c>. Nothing is stored for a session but its
/// revocation: the cookie itself is the session, encrypted and signed with keys that all nodes share. Thread-safe.
/// </summary>
public sealed class ClientSessions
{
    private static readonly object EstablishedKey = new();

    private readonly SessionKeys _keys;
    private readonly SessionRevocations _revocations;
    private readonly TimeProvider _time;
    private readonly TimeSpan _lifetime;

    internal ClientSessions(SessionKeys keys, SessionRevocations revocations, IOptions<SessionOptions> options, TimeProvider time)
    {
        _keys = keys;
        _revocations = revocations;
        _time = time;
        _lifetime = options.Value.Lifetime;
    }

    /// <summary>
    /// Ends a client's session for good: its cookie is refused and its sockets are closed, on every node. When this returns the
    /// revocation is stored and counts on this node; the others follow as soon as NATS tells them.
    /// </summary>
    /// <param name="clientId">The id of a client that has a session: <c>c</c> and 16 characters of base32.</param>
    /// <param name="cancellationToken">Ends the wait, which takes 5 seconds at most; it is then unknown whether the session was revoked.</param>
    /// <returns>Completes when the revocation is stored.</returns>
    /// <exception cref="ArgumentException">No session can have this id.</exception>
    /// <exception cref="NatsException">NATS is unreachable, or did not answer in time. Revoking again does no harm.</exception>
    /// <exception cref="NatsJSException">NATS did not store the revocation.</exception>
    public Task RevokeAsync(string clientId, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(clientId);
        return ClientIds.IsServerShape(clientId)
            ? _revocations.AddAsync(clientId, cancellationToken)
            : throw new ArgumentException($"'{clientId}' is not the id of a session: 'c' and 16 characters of a to z and 2 to 7.", nameof(clientId));
    }

    /// <summary>Looks at the request's cookie and changes nothing.</summary>
    /// <param name="context">The request.</param>
    /// <param name="clientId">The client's id when the state is <see cref="SessionState.Valid"/>, else empty.</param>
    internal SessionState Read(HttpContext context, out string clientId)
    {
        var state = Read(context, out SessionTicket? ticket);
        clientId = state == SessionState.Valid ? ticket!.ClientId : "";
        return state;
    }

    /// <summary>
    /// Makes sure that the client has a session: renews its cookie past half of its life, and gives it a new identity when it has
    /// none. Call it before the response starts; it can be called again in the same request.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="clientId">The client's id when the result is <see langword="null"/>, else empty.</param>
    /// <returns>What to answer instead, or <see langword="null"/>. A revoked session's cookie is deleted.</returns>
    internal ProblemKind? Establish(HttpContext context, out string clientId)
    {
        clientId = "";
        var state = Read(context, out SessionTicket? ticket);
        if (state == SessionState.Unavailable || _keys.Current is not { } ring || !_revocations.IsLoaded)
        {
            return ProblemKind.SessionsUnavailable;
        }

        if (state == SessionState.Revoked)
        {
            SessionCookie.Delete(context);
            return ProblemKind.SessionRevoked;
        }

        clientId = state == SessionState.Valid ? ticket!.ClientId : NewIdFor(context, ring);
        if (state == SessionState.Valid && ticket!.IsPastHalf(_time.GetUtcNow(), _lifetime))
        {
            Append(context, clientId, ring);
        }

        return null;
    }

    internal bool IsRevoked(string clientId) => _revocations.Contains(clientId);

    /// <summary>
    /// Registers a callback that is called on this node with each client id that is revoked, wherever that happened. The calls come
    /// one after the other, so the callback must be quick. What opens a socket registers it first and asks <see cref="IsRevoked"/>
    /// after, so that a revocation in between is not missed.
    /// </summary>
    internal IDisposable OnRevoked(Action<string> callback) => _revocations.OnRevoked(callback);

    private SessionState Read(HttpContext context, out SessionTicket? ticket)
    {
        ticket = null;
        if (!SessionCookie.TryFind(context.Request, out var cookie))
        {
            return SessionState.None;
        }

        if (cookie.IsEmpty)
        {
            return SessionState.Invalid;
        }

        if (_keys.Current is not { } ring || !_revocations.IsLoaded)
        {
            return SessionState.Unavailable;
        }

        ticket = ring.Read(cookie);
        if (ticket is null || ticket.HasExpired(_time.GetUtcNow(), _lifetime))
        {
            return SessionState.Invalid;
        }

        return _revocations.Contains(ticket.ClientId) ? SessionState.Revoked : SessionState.Valid;
    }

    private string NewIdFor(HttpContext context, SessionKeyRing ring)
    {
        if (context.Items.TryGetValue(EstablishedKey, out var established))
        {
            return (string)established!;
        }

        var clientId = ClientIds.Create();
        context.Items[EstablishedKey] = clientId;
        Append(context, clientId, ring);
        return clientId;
    }

    private void Append(HttpContext context, string clientId, SessionKeyRing ring) =>
        SessionCookie.Append(context, ring.Protect(SessionTicket.Create(clientId, _time.GetUtcNow(), _lifetime)), _lifetime);
}

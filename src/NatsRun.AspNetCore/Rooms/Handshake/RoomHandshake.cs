using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace NatsRun.AspNetCore;

/// <summary>Decides who may join which room, before the connection is upgraded.</summary>
internal sealed class RoomHandshake(
    OriginPolicy origins, ClientSessions sessions, IOptions<SessionOptions> sessionOptions, IOptions<RoomOptions> options)
{
    /// <summary>Checks a request, the cheapest check first.</summary>
    /// <param name="context">The request.</param>
    /// <param name="target">Where the ids stand in its target.</param>
    /// <returns>The admission, or the problem with what to tell about it.</returns>
    public (RoomAdmission? Admission, ProblemKind? Problem, string? Detail) Check(HttpContext context, RoomTarget target)
    {
        if (!UpgradeRequest.IsValid(context))
        {
            UpgradeRequest.Ask(context);
            return (null, ProblemKind.UpgradeRequired, "This path is a room: open it with a WebSocket, version 13, over HTTP/1.1.");
        }

        if (!target.TryRead(context, out var roomId, out var clientId))
        {
            return (null, ProblemKind.BadPath, null);
        }

        if (CheckIds(roomId, clientId) is { } detail)
        {
            return (null, ProblemKind.BadRequest, detail);
        }

        if (!origins.IsAllowed(context))
        {
            return (null, ProblemKind.OriginRefused, null);
        }

        var state = sessions.Read(context, out var sessionClientId);
        var problem = Decide(state, sessionClientId, clientId, sessionOptions.Value.AllowGuests ?? false, out var isGuest);
        return problem is null ? (new RoomAdmission(roomId, clientId, isGuest), null, null) : (null, problem, null);
    }

    /// <summary>Whether the session was revoked before its socket could be found and closed.</summary>
    public bool IsRevoked(RoomAdmission admission) => !admission.IsGuest && sessions.IsRevoked(admission.ClientId);

    /// <summary>What a session, or the lack of one, allows.</summary>
    internal static ProblemKind? Decide(SessionState state, string sessionClientId, string clientId, bool guests, out bool isGuest)
    {
        isGuest = false;
        switch (state)
        {
            case SessionState.Valid:
                return sessionClientId == clientId ? null : ProblemKind.ClientMismatch;
            case SessionState.Revoked:
                return ProblemKind.SessionRevoked;
            case SessionState.Unavailable:
                return ProblemKind.SessionsUnavailable;
            default:
                isGuest = guests && !ClientIds.IsServerShape(clientId);
                return isGuest ? null : ProblemKind.GuestsRefused;
        }
    }

    private string? CheckIds(string roomId, string clientId)
    {
        if (!Identifier.IsValid(roomId) || !Identifier.IsValid(clientId))
        {
            return $"A room id and a client id have {Identifier.Rule}.";
        }

        return !RoomSubjects.IsClientId(clientId) || options.Value.ReservedRoomIds.Contains(roomId) ? "This id is reserved." : null;
    }
}

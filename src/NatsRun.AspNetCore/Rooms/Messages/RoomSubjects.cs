using Microsoft.Extensions.Options;
using NatsRun.Routing;

namespace NatsRun.AspNetCore;

/// <summary>
/// The subjects of rooms, <c>{rooms}.{room}.{addressee}.{event}</c>, and of clients, <c>{clients}.{client}.push</c>. Ids are
/// encoded as one token each, and tokens that arrive are data: none of them can be a wildcard.
/// </summary>
internal sealed class RoomSubjects(IOptions<SubjectPrefixOptions> prefixes)
{
    /// <summary>The addressee that is everybody in the room; no client has this id.</summary>
    public const string Everyone = "all";

    /// <summary>The event of a message that has no other name.</summary>
    public const string Message = "msg";

    private const string Push = "push";
    private readonly string _rooms = prefixes.Value.Rooms + ".";
    private readonly string _clients = prefixes.Value.Clients + ".";

    /// <summary>What one subscription takes for the pushes to all clients.</summary>
    public string EveryPush => $"{_clients}*.{Push}";

    /// <summary>Whether an id can name a client: it follows the rule and is not <see cref="Everyone"/>.</summary>
    public static bool IsClientId(ReadOnlySpan<char> id) =>
        Identifier.IsValid(id) && !id.Equals(Everyone, StringComparison.OrdinalIgnoreCase);

    /// <summary>What the subscription of a room takes.</summary>
    public string OfRoom(string roomId) => $"{_rooms}{SubjectToken.Encode(roomId)}.>";

    /// <summary>Where a message to everybody or to one client in a room goes.</summary>
    public string OfMessage(string roomId, string addressee, string eventName) =>
        $"{_rooms}{SubjectToken.Encode(roomId)}.{SubjectToken.Encode(addressee)}.{eventName}";

    /// <summary>Where a push to a client goes.</summary>
    public string OfPush(string clientId) => $"{_clients}{SubjectToken.Encode(clientId)}.{Push}";

    /// <summary>Reads the addressee's token from the subject of a message that a room's subscription took.</summary>
    /// <param name="subject">The subject.</param>
    /// <param name="roomPrefixLength">The length of <c>{rooms}.{room}.</c>.</param>
    /// <param name="addressee">The token, still encoded.</param>
    /// <returns>False when no event follows the addressee.</returns>
    public static bool TryReadAddressee(ReadOnlySpan<char> subject, int roomPrefixLength, out ReadOnlySpan<char> addressee)
    {
        addressee = subject[roomPrefixLength..];
        var dot = addressee.IndexOf('.');
        addressee = dot < 0 ? default : addressee[..dot];
        return !addressee.IsEmpty;
    }

    /// <summary>Reads the client from the subject of a push.</summary>
    public bool TryReadPush(ReadOnlySpan<char> subject, out string? clientId)
    {
        clientId = null;
        return subject.StartsWith(_clients, StringComparison.Ordinal)
            && subject.EndsWith("." + Push, StringComparison.Ordinal)
            && subject.Length > _clients.Length + Push.Length + 1
            && SubjectToken.TryDecode(subject[_clients.Length..^(Push.Length + 1)], out clientId);
    }
}

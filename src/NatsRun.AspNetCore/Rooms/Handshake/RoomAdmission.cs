namespace NatsRun.AspNetCore;

/// <summary>Who may join what, after all checks.</summary>
/// <param name="RoomId">The room.</param>
/// <param name="ClientId">The client.</param>
/// <param name="IsGuest">Whether the client chose its id itself, without a session.</param>
internal sealed record RoomAdmission(string RoomId, string ClientId, bool IsGuest);

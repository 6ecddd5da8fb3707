namespace NatsRun.AspNetCore.Tests;

public sealed class RoomHandshakeDecideTests
{
    private const string ServerShape = "cabcdefghijklmnop";

    public static TheoryData<string, string, string, bool, string?, bool> Cases => new()
    {
        // state, the session's client, the client in the target, guests allowed, problem, guest
        { nameof(SessionState.Valid), "c1", "c1", false, null, false },
        { nameof(SessionState.Valid), "c1", "C1", true, "client-mismatch", false },
        { nameof(SessionState.Valid), "c1", "alice", true, "client-mismatch", false },
        { nameof(SessionState.Revoked), "c1", "c1", true, "session-revoked", false },
        { nameof(SessionState.Unavailable), "", "alice", true, "sessions-unavailable", false },
        { nameof(SessionState.None), "", "alice", true, null, true },
        { nameof(SessionState.None), "", "alice", false, "guests-refused", false },
        { nameof(SessionState.None), "", ServerShape, true, "guests-refused", false },
        { nameof(SessionState.Invalid), "", "alice", true, null, true },
        { nameof(SessionState.Invalid), "", "alice", false, "guests-refused", false },
        { nameof(SessionState.Invalid), "", ServerShape, true, "guests-refused", false },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Decide_StateAndIds_GivesTheProblem(string state, string session, string client, bool guests, string? problem, bool guest)
    {
        var result = RoomHandshake.Decide(Enum.Parse<SessionState>(state), session, client, guests, out var isGuest);

        Assert.Equal(problem, result?.Code);
        Assert.Equal(guest, isGuest);
    }
}

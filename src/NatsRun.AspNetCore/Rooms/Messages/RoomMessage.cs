namespace NatsRun.AspNetCore;

/// <summary>What a socket is sent: one copy of the bytes, shared by the queues of everybody it goes to.</summary>
/// <param name="Payload">The bytes. Nobody may change them.</param>
/// <param name="IsText">Whether they go out in a text frame, which must be UTF-8.</param>
internal readonly record struct RoomMessage(ReadOnlyMemory<byte> Payload, bool IsText);

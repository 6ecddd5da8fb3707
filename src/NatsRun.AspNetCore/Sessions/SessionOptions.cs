namespace NatsRun.AspNetCore;

/// <summary>Settings of sessions.</summary>
public sealed class SessionOptions
{
    /// <summary>Whether sockets without a session are allowed.</summary>
    public bool AllowGuests { get; set; } = true;
}

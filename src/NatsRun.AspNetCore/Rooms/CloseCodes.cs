namespace NatsRun.AspNetCore;

/// <summary>
/// The WebSocket close codes that the gateway sends (RFC 6455, section 7.4, and the IANA registry). Own codes lie in two ranges:
/// 4000 to 4499 say <em>reconnect</em>, 4500 to 4999 say <em>do not</em>.
/// </summary>
internal static class CloseCodes
{
    /// <summary>The client closed, and is answered in kind.</summary>
    public const int Normal = 1000;

    /// <summary>This node is shutting down. Reconnect.</summary>
    public const int GoingAway = 1001;

    /// <summary>A frame broke the protocol, such as one that is not masked.</summary>
    public const int ProtocolError = 1002;

    /// <summary>A kind of data that this endpoint does not take.</summary>
    public const int UnsupportedData = 1003;

    /// <summary>A text message is not UTF-8.</summary>
    public const int InvalidPayload = 1007;

    /// <summary>A rule was broken that has no code of its own.</summary>
    public const int PolicyViolation = 1008;

    /// <summary>A message is larger than the limit, or than what the NATS server takes.</summary>
    public const int TooBig = 1009;

    /// <summary>The gateway failed. Reconnect.</summary>
    public const int InternalError = 1011;

    /// <summary>The gateway cannot serve this room just now. Reconnect later.</summary>
    public const int TryAgain = 1013;

    /// <summary>The client read too slowly and its send queue was full. Reconnect.</summary>
    public const int SlowConsumer = 4000;

    /// <summary>The session was revoked. Do not reconnect with it.</summary>
    public const int SessionRevoked = 4500;
}

using Microsoft.AspNetCore.Http;

namespace NatsRun.AspNetCore;

/// <summary>One entry of the gateway's vocabulary of errors: the word, the status code and the sentence for people.</summary>
/// <param name="Code">The word: in the problem document's <c>type</c>, in logs and in metrics.</param>
/// <param name="Status">The HTTP status code.</param>
/// <param name="Title">A short sentence that is the same for every occurrence.</param>
internal sealed record ProblemKind(string Code, int Status, string Title)
{
    public static readonly ProblemKind BadPath = new("bad-path", StatusCodes.Status400BadRequest, "The path is not canonical.");
    public static readonly ProblemKind BadRequest = new("bad-request", StatusCodes.Status400BadRequest, "The request is not acceptable.");
    public static readonly ProblemKind SessionRevoked = new("session-revoked", StatusCodes.Status401Unauthorized, "The session has been revoked.");
    public static readonly ProblemKind OriginRefused = new("origin-refused", StatusCodes.Status403Forbidden, "The Origin is not allowed.");
    public static readonly ProblemKind ClientMismatch = new("client-mismatch", StatusCodes.Status403Forbidden, "The client id is not the session's.");
    public static readonly ProblemKind GuestsRefused = new("guests-refused", StatusCodes.Status403Forbidden, "A session is needed.");
    public static readonly ProblemKind NotFound = new("not-found", StatusCodes.Status404NotFound, "There is no such route.");
    public static readonly ProblemKind MethodNotAllowed = new("method-not-allowed", StatusCodes.Status405MethodNotAllowed, "The method is not allowed here.");
    public static readonly ProblemKind BodyTooLarge = new("body-too-large", StatusCodes.Status413PayloadTooLarge, "The body is too large.");
    public static readonly ProblemKind PathTooLong = new("path-too-long", StatusCodes.Status414UriTooLong, "The path is too long.");
    public static readonly ProblemKind UnsupportedMediaType = new("unsupported-media-type", StatusCodes.Status415UnsupportedMediaType, "The media type is not supported.");
    public static readonly ProblemKind UpgradeRequired = new("upgrade-required", StatusCodes.Status426UpgradeRequired, "A WebSocket handshake is needed.");
    public static readonly ProblemKind TooManyRequests = new("too-many-requests", StatusCodes.Status429TooManyRequests, "Too many requests are outstanding.");
    public static readonly ProblemKind TooManySockets = new("too-many-sockets", StatusCodes.Status429TooManyRequests, "Too many sockets are open.");
    public static readonly ProblemKind Failed = new("failed", StatusCodes.Status500InternalServerError, "The request failed.");
    public static readonly ProblemKind MalformedReply = new("malformed-reply", StatusCodes.Status502BadGateway, "The reply from NATS is malformed.");
    public static readonly ProblemKind Overloaded = new("overloaded", StatusCodes.Status503ServiceUnavailable, "This node has too many requests outstanding.");
    public static readonly ProblemKind NatsUnreachable = new("nats-unreachable", StatusCodes.Status503ServiceUnavailable, "NATS is unreachable.");
    public static readonly ProblemKind NoResponders = new("no-responders", StatusCodes.Status503ServiceUnavailable, "No service answers to this subject.");
    public static readonly ProblemKind NoStream = new("no-stream", StatusCodes.Status503ServiceUnavailable, "No stream takes this subject.");
    public static readonly ProblemKind StreamFull = new("stream-full", StatusCodes.Status503ServiceUnavailable, "The stream is full.");
    public static readonly ProblemKind StreamUnavailable = new("stream-unavailable", StatusCodes.Status503ServiceUnavailable, "The stream does not take the message.");
    public static readonly ProblemKind SessionsUnavailable = new("sessions-unavailable", StatusCodes.Status503ServiceUnavailable, "Sessions cannot be checked yet.");
    public static readonly ProblemKind Draining = new("draining", StatusCodes.Status503ServiceUnavailable, "This node is shutting down.");
    public static readonly ProblemKind NoReply = new("no-reply", StatusCodes.Status504GatewayTimeout, "No reply came in time.");
    public static readonly ProblemKind OutcomeUnknown = new("outcome-unknown", StatusCodes.Status504GatewayTimeout, "The stream did not acknowledge the message in time.");

    /// <summary>The value of the problem document's <c>type</c>.</summary>
    public string Type => "urn:natsrun:problem:" + Code;
}

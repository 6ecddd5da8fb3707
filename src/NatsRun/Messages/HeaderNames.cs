namespace NatsRun;

/// <summary>The headers that NatsRun reads and writes on NATS messages.</summary>
public static class HeaderNames
{
    /// <summary>The sender's client id. Set by the gateway alone.</summary>
    public const string ClientId = "Client-Id";

    /// <summary>Present, with the value <c>true</c>, when the sender chose its client id itself. Set by the gateway alone.</summary>
    public const string ClientGuest = "Client-Guest";

    /// <summary>The subject that reaches the client's sockets: where a reply goes when nobody waits for it on HTTP.</summary>
    public const string ReplyTo = "Reply-To";

    /// <summary>The gateway's inbox for this request, while somebody waits for the reply on HTTP.</summary>
    public const string ReplyInbox = "Reply-Inbox";

    /// <summary>Names the request in every reply, log and problem document.</summary>
    public const string RequestId = "Request-Id";

    /// <summary>Media type of the payload.</summary>
    public const string ContentType = "Content-Type";

    /// <summary>The HTTP request's method.</summary>
    public const string HttpMethod = "Http-Method";

    /// <summary>The HTTP request's path, as it was sent.</summary>
    public const string HttpPath = "Http-Path";

    /// <summary>The HTTP request's query without the question mark, as it was sent.</summary>
    public const string HttpQuery = "Http-Query";

    /// <summary>The status code that a reply asks the gateway to answer with.</summary>
    public const string HttpStatus = "Http-Status";

    /// <summary>Deduplication id of JetStream (NATS ADR-31): the same id is stored once within the duplicate window.</summary>
    public const string MessageId = "Nats-Msg-Id";

    /// <summary>Error text of the NATS service protocol (NATS ADR-32).</summary>
    public const string ServiceError = "Nats-Service-Error";

    /// <summary>Error code of the NATS service protocol (NATS ADR-32).</summary>
    public const string ServiceErrorCode = "Nats-Service-Error-Code";

    /// <summary>The gateway's answer to a reply that came to its inbox: <c>taken</c> or <c>gone</c>.</summary>
    public const string ReplyStatus = "Reply-Status";
}

namespace NatsRun.AspNetCore;

/// <summary>How a route delivers its requests to NATS.</summary>
public enum DeliveryMode
{
    /// <summary>A core request below the call prefix; the client gets the reply.</summary>
    Request,

    /// <summary>Into a stream, below the HTTP prefix; the client gets the handler's reply if it comes in time, else 202.</summary>
    Queue,

    /// <summary>A core publish below the call prefix; the client gets 202.</summary>
    Publish,
}

using System.Text;
using NATS.Client.Core;
using NatsRun.Routing;

namespace NatsRun.AspNetCore;

/// <summary>
/// Sends messages to rooms and to clients from the server's side, on every node. Any NATS client can do the same by publishing to the
/// same subjects. Thread-safe.
/// </summary>
/// <remarks>While NATS is away, what is sent waits until it is back or the call is cancelled.</remarks>
public sealed class Rooms
{
    /// <summary>The addressee that is everybody in the room.</summary>
    public const string Everyone = RoomSubjects.Everyone;

    /// <summary>The event name of an ordinary message.</summary>
    public const string Message = RoomSubjects.Message;

    private readonly RoomPublisher _publisher;

    internal Rooms(RoomPublisher publisher) => _publisher = publisher;

    /// <summary>Sends bytes to everybody in a room, or to one member: the subject is <c>{rooms}.{room}.{addressee}.{event}</c>.</summary>
    /// <param name="roomId">The room; it need not exist on any node.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="contentType">
    /// Its media type: a textual one goes out in text frames, any other in binary frames. Null when there is none: the frames are then
    /// text if the payload is UTF-8.
    /// </param>
    /// <param name="addressee">The client id of the only receiver, or <see cref="Everyone"/>.</param>
    /// <param name="eventName">The event: one or more subject tokens.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Completes when the message is on its way; nobody acknowledges it.</returns>
    /// <exception cref="ArgumentException">An id or the event name is not valid, or the payload is larger than the NATS server takes.</exception>
    public ValueTask PublishAsync(
        string roomId,
        ReadOnlyMemory<byte> payload,
        string? contentType = PayloadKind.Binary,
        string addressee = Everyone,
        string eventName = Message,
        CancellationToken cancellationToken = default)
    {
        ThrowUnlessId(roomId, nameof(roomId));
        ThrowUnlessAddressee(addressee, nameof(addressee));
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        return PublishAsync(_publisher.Subjects.OfMessage(roomId, addressee, eventName), payload, contentType, cancellationToken);
    }

    /// <summary>Sends text to everybody in a room, or to one member.</summary>
    /// <param name="roomId">The room; it need not exist on any node.</param>
    /// <param name="text">The text.</param>
    /// <param name="addressee">The client id of the only receiver, or <see cref="Everyone"/>.</param>
    /// <param name="eventName">The event: one or more subject tokens.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Completes when the message is on its way; nobody acknowledges it.</returns>
    /// <exception cref="ArgumentException">An id or the event name is not valid, or the text is larger than the NATS server takes.</exception>
    public ValueTask PublishTextAsync(
        string roomId,
        string text,
        string addressee = Everyone,
        string eventName = Message,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        return PublishAsync(roomId, Encoding.UTF8.GetBytes(text), PayloadKind.Text, addressee, eventName, cancellationToken);
    }

    /// <summary>Sends bytes to every socket of a client, in whatever rooms and on whatever nodes: the subject is <c>{clients}.{client}.push</c>.</summary>
    /// <param name="clientId">The client; it need not be there.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="contentType">Its media type, as in <c>PublishAsync</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Completes when the message is on its way; nobody acknowledges it.</returns>
    /// <exception cref="ArgumentException">The id is not valid, or the payload is larger than the NATS server takes.</exception>
    public ValueTask PushAsync(
        string clientId,
        ReadOnlyMemory<byte> payload,
        string? contentType = PayloadKind.Binary,
        CancellationToken cancellationToken = default)
    {
        ThrowUnlessClientId(clientId, nameof(clientId));
        return PublishAsync(_publisher.Subjects.OfPush(clientId), payload, contentType, cancellationToken);
    }

    /// <summary>Sends text to every socket of a client.</summary>
    /// <param name="clientId">The client; it need not be there.</param>
    /// <param name="text">The text.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Completes when the message is on its way; nobody acknowledges it.</returns>
    /// <exception cref="ArgumentException">The id is not valid, or the text is larger than the NATS server takes.</exception>
    public ValueTask PushTextAsync(string clientId, string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        return PushAsync(clientId, Encoding.UTF8.GetBytes(text), PayloadKind.Text, cancellationToken);
    }

    private ValueTask PublishAsync(string subject, ReadOnlyMemory<byte> payload, string? contentType, CancellationToken cancellationToken)
    {
        if (!Subject.IsValid(subject))
        {
            throw new ArgumentException($"The subject '{subject}' cannot be published to.");
        }

        if (!_publisher.Fits(payload.Length))
        {
            throw new ArgumentException($"The payload of {payload.Length} bytes is larger than the NATS server takes.", nameof(payload));
        }

        var headers = new NatsHeaders();
        if (contentType is not null)
        {
            ThrowUnlessHeader(contentType);
            headers[HeaderNames.ContentType] = contentType;
        }

        return _publisher.PublishAsync(subject, payload, headers, cancellationToken);
    }

    private static void ThrowUnlessId(string id, string parameter)
    {
        ArgumentNullException.ThrowIfNull(id, parameter);
        if (!Identifier.IsValid(id))
        {
            throw new ArgumentException($"An id has {Identifier.Rule}.", parameter);
        }
    }

    private static void ThrowUnlessAddressee(string addressee, string parameter)
    {
        if (addressee != Everyone)
        {
            ThrowUnlessClientId(addressee, parameter);
        }
    }

    private static void ThrowUnlessClientId(string id, string parameter)
    {
        ThrowUnlessId(id, parameter);
        if (!RoomSubjects.IsClientId(id))
        {
            throw new ArgumentException($"No client has the id '{id}'.", parameter);
        }
    }

    private static void ThrowUnlessHeader(string contentType)
    {
        if (contentType.AsSpan().ContainsAny('\r', '\n'))
        {
            throw new ArgumentException("A media type has no line breaks.", nameof(contentType));
        }
    }
}

using NATS.Client.Core;
using NatsRun.Routing;

namespace NatsRun;

/// <summary>
/// One message on its way through a handler. Subject tokens, headers and payload are untrusted, whoever sent them. Not
/// thread-safe, and not to be kept after the handler has ended.
/// </summary>
public class MessageContext
{
    private readonly SubjectPattern _pattern;

    internal MessageContext(
        string subject, NatsHeaders? headers, ReadOnlyMemory<byte> body, SubjectPattern pattern, IServiceProvider services, CancellationToken cancellationToken)
    {
        _pattern = pattern;
        Subject = subject;
        Headers = headers ?? [];
        Body = body;
        Services = services;
        CancellationToken = cancellationToken;
    }

    /// <summary>The subject the message was published to.</summary>
    public string Subject { get; }

    /// <summary>The message's headers; empty when it has none.</summary>
    public NatsHeaders Headers { get; }

    /// <summary>The payload.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>The services of this message's scope.</summary>
    public IServiceProvider Services { get; }

    /// <summary>Cancelled when the host no longer waits for the handler.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>The client that the gateway says sent this; null without a gateway.</summary>
    public string? ClientId => Header(HeaderNames.ClientId);

    /// <summary>The request's id as the gateway named it; null without a gateway.</summary>
    public string? RequestId => Header(HeaderNames.RequestId);

    /// <summary>The last value of a header; null when it is not there.</summary>
    /// <param name="name">The header's name.</param>
    /// <returns>The value.</returns>
    public string? Header(string name) => Headers.TryGetValue(name, out var values) && values.Count > 0 ? values[^1] : null;

    /// <summary>The value of a parameter of the handler's pattern, decoded.</summary>
    /// <param name="parameter">The parameter's name in the template.</param>
    /// <returns>The decoded value; the raw token when it is not an encoding of anything.</returns>
    /// <exception cref="KeyNotFoundException">The pattern has no such parameter.</exception>
    public string Route(string parameter)
    {
        var values = _pattern.GetValues(Subject);
        return values.TryGetValue(parameter, out var value) ? value : values.GetRaw(parameter).ToString();
    }

    /// <summary>The value of a field of the HTTP query; null when it is not there.</summary>
    /// <param name="field">The field's name.</param>
    /// <returns>The decoded value of the first field of that name.</returns>
    public string? Query(string field)
    {
        var query = Header(HeaderNames.HttpQuery) ?? "";
        foreach (var pair in query.Split('&'))
        {
            var separator = pair.IndexOf('=', StringComparison.Ordinal);
            var name = separator < 0 ? pair : pair[..separator];
            if (Decode(name) == field)
            {
                return separator < 0 ? "" : Decode(pair[(separator + 1)..]);
            }
        }

        return null;
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}

/// <summary>One message of a work queue on its way through a handler.</summary>
public sealed class QueueContext : MessageContext
{
    internal QueueContext(
        string subject, NatsHeaders? headers, ReadOnlyMemory<byte> body, SubjectPattern pattern, IServiceProvider services, string messageId, int attempt, CancellationToken cancellationToken)
        : base(subject, headers, body, pattern, services, cancellationToken)
    {
        MessageId = messageId;
        Attempt = attempt;
    }

    /// <summary>
    /// What stays the same when the message is delivered again: its <c>Nats-Msg-Id</c>, or stream, sequence and storage time
    /// together where the publisher gave none. A handler that derives what it creates from this id creates it once, however
    /// often it runs.
    /// </summary>
    public string MessageId { get; }

    /// <summary>Which delivery of the message this is, from 1.</summary>
    public int Attempt { get; }
}

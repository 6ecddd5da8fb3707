using System.Text.Json;
using NATS.Client.JetStream.Models;
using NatsRun.Routing;

namespace NatsRun;

/// <summary>
/// The routes of one durable consumer of a work-queue stream. A message is acknowledged after its handler has returned and its
/// reply is on its way; a handler that throws has the message delivered again later. Handlers must bear to run again for the
/// same message (see <see cref="QueueContext.MessageId"/>). Map before the host starts.
/// </summary>
public sealed class WorkQueue
{
    private readonly List<WorkQueueRoute> _routes = [];
    private readonly Func<JsonSerializerOptions> _json;

    internal WorkQueue(string stream, string consumer, WorkQueueOptions options, Func<JsonSerializerOptions> json)
    {
        Stream = stream;
        Consumer = consumer;
        Options = options;
        _json = json;
    }

    /// <summary>The stream's name.</summary>
    public string Stream { get; }

    /// <summary>The consumer's durable name.</summary>
    public string Consumer { get; }

    internal WorkQueueOptions Options { get; }

    internal IReadOnlyList<WorkQueueRoute> Routes => _routes;

    /// <summary>Maps a subject pattern to a handler.</summary>
    /// <param name="pattern">A NATS pattern or a template, such as <c>demo.http.put.users.{id}</c>.</param>
    /// <param name="handler">Takes the message and gives the reply, which is sent when the message asks for one.</param>
    /// <returns>This queue.</returns>
    /// <exception cref="SubjectPatternException">The pattern is malformed.</exception>
    public WorkQueue Map(string pattern, Func<QueueContext, ValueTask<Reply>> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        _routes.Add(new WorkQueueRoute(SubjectPattern.Parse(pattern), handler));
        return this;
    }

    /// <summary>Maps a subject pattern to a handler of JSON messages. What does not decode is answered with 400 and is done.</summary>
    /// <typeparam name="TBody">The payload's type, known to the JSON options of the application.</typeparam>
    /// <param name="pattern">A NATS pattern or a template, such as <c>demo.http.put.users.{id}</c>.</param>
    /// <param name="handler">Takes the message and its decoded payload and gives the reply, which is sent when the message asks for one.</param>
    /// <returns>This queue.</returns>
    /// <exception cref="SubjectPatternException">The pattern is malformed.</exception>
    public WorkQueue Map<TBody>(string pattern, Func<QueueContext, TBody, ValueTask<Reply>> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Map(pattern, JsonBody.Bind(handler, _json));
    }

    /// <summary>The consumer as it must be on the server: exactly the subjects that the routes take.</summary>
    internal ConsumerConfig ToConsumerConfig() => new(Consumer)
    {
        DurableName = Consumer,
        AckPolicy = ConsumerConfigAckPolicy.Explicit,
        AckWait = Options.AckWait,
        MaxDeliver = -1,
        MaxAckPending = 10_000,
        FilterSubjects = [.. SubjectPattern.Reduce(_routes.Select(r => r.Pattern)).Select(p => p.Filter)],
    };
}

internal sealed record WorkQueueRoute(SubjectPattern Pattern, Func<QueueContext, ValueTask<Reply>> Handler);

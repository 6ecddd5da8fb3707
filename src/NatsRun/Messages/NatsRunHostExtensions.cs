using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using NATS.Client.Core;
using NatsRun;
using NatsRun.Routing;

namespace Microsoft.Extensions.Hosting;

/// <summary>Maps NATS messages to handlers, on any host with <c>AddNatsRun</c>. Map before the host starts.</summary>
public static class NatsRunHostExtensions
{
    /// <summary>Maps the requests of a subject pattern to a handler; its reply answers the requester.</summary>
    /// <param name="host">The host.</param>
    /// <param name="pattern">A NATS pattern or a template, such as <c>demo.call.get.users.{id}</c>.</param>
    /// <param name="handler">Takes the request and gives the reply. What it throws is logged and answered with 500.</param>
    /// <exception cref="SubjectPatternException">The pattern is malformed.</exception>
    /// <exception cref="InvalidOperationException">The same pattern is mapped already.</exception>
    public static void MapRequest(this IHost host, string pattern, Func<MessageContext, ValueTask<Reply>> handler) =>
        host.MapRequest(pattern, handler, _ => { });

    /// <summary>Maps the requests of a subject pattern to a handler; its reply answers the requester.</summary>
    /// <param name="host">The host.</param>
    /// <param name="pattern">A NATS pattern or a template, such as <c>demo.call.get.users.{id}</c>.</param>
    /// <param name="handler">Takes the request and gives the reply. What it throws is logged and answered with 500.</param>
    /// <param name="configure">Changes the options of this pattern.</param>
    /// <exception cref="SubjectPatternException">The pattern is malformed.</exception>
    /// <exception cref="InvalidOperationException">The same pattern is mapped already.</exception>
    public static void MapRequest(this IHost host, string pattern, Func<MessageContext, ValueTask<Reply>> handler, Action<RequestOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(handler);
        var options = new RequestOptions();
        configure(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Concurrency, 1, nameof(configure));
        var services = host.Services;
        services.GetRequiredService<RequestEndpoints>().Add(new RequestEndpoint(
            SubjectPattern.Parse(pattern),
            options,
            handler,
            services.GetRequiredService<INatsConnection>(),
            services.GetRequiredService<ReplySender>(),
            services.GetRequiredService<IServiceScopeFactory>(),
            services.GetRequiredService<ILogger<RequestEndpoint>>()));
    }

    /// <summary>Maps the JSON requests of a subject pattern to a handler. What does not decode is answered with 400.</summary>
    /// <typeparam name="TBody">The payload's type, known to the JSON options of the application.</typeparam>
    /// <param name="host">The host.</param>
    /// <param name="pattern">A NATS pattern or a template, such as <c>demo.call.put.users.{id}</c>.</param>
    /// <param name="handler">Takes the request and its decoded payload and gives the reply.</param>
    /// <exception cref="SubjectPatternException">The pattern is malformed.</exception>
    /// <exception cref="InvalidOperationException">The same pattern is mapped already.</exception>
    public static void MapRequest<TBody>(this IHost host, string pattern, Func<MessageContext, TBody, ValueTask<Reply>> handler) =>
        host.MapRequest(pattern, handler, _ => { });

    /// <summary>Maps the JSON requests of a subject pattern to a handler. What does not decode is answered with 400.</summary>
    /// <typeparam name="TBody">The payload's type, known to the JSON options of the application.</typeparam>
    /// <param name="host">The host.</param>
    /// <param name="pattern">A NATS pattern or a template, such as <c>demo.call.put.users.{id}</c>.</param>
    /// <param name="handler">Takes the request and its decoded payload and gives the reply.</param>
    /// <param name="configure">Changes the options of this pattern.</param>
    /// <exception cref="SubjectPatternException">The pattern is malformed.</exception>
    /// <exception cref="InvalidOperationException">The same pattern is mapped already.</exception>
    public static void MapRequest<TBody>(this IHost host, string pattern, Func<MessageContext, TBody, ValueTask<Reply>> handler, Action<RequestOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(handler);
        var json = host.Services.GetRequiredService<IOptions<NatsRunJsonOptions>>();
        host.MapRequest(pattern, JsonBody.Bind(handler, () => json.Value.SerializerOptions), configure);
    }

    /// <summary>
    /// Consumes a work-queue stream by one durable consumer, which is created or updated with the subjects of the routes that
    /// are mapped on the returned queue. Every process that maps the same consumer takes a share of the messages.
    /// </summary>
    /// <param name="host">The host.</param>
    /// <param name="stream">The stream's name.</param>
    /// <param name="consumer">The consumer's durable name.</param>
    /// <param name="configure">Changes the options of this queue.</param>
    /// <returns>The queue, to map routes on.</returns>
    /// <exception cref="InvalidOperationException">The same consumer is mapped already.</exception>
    public static WorkQueue MapWorkQueue(this IHost host, string stream, string consumer, Action<WorkQueueOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentException.ThrowIfNullOrEmpty(stream);
        ArgumentException.ThrowIfNullOrEmpty(consumer);
        var options = new WorkQueueOptions();
        configure?.Invoke(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Concurrency, 1, nameof(configure));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.AckWait, TimeSpan.FromSeconds(1), nameof(configure));
        var json = host.Services.GetRequiredService<IOptions<NatsRunJsonOptions>>();
        var queue = new WorkQueue(stream, consumer, options, () => json.Value.SerializerOptions);
        host.Services.GetRequiredService<WorkQueues>().Add(queue);
        return queue;
    }
}

using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using NatsRun.Routing;

namespace NatsRun.AspNetCore;

/// <summary>
/// Refuses to start with a Queue route whose messages nobody would ever handle: its subjects must lie in one stream and within
/// the filters of that stream's consumers.
/// </summary>
internal sealed class QueueRouteCheck(IServiceProvider services, INatsJSContext jetStream, StreamFacts facts) : INatsRunComponent, IHostedLifecycleService
{
    /// <summary>Endpoints exist only when the web server has started, which is after the components.</summary>
    private volatile bool _endpointsExist;

    public string Name => "queue-routes";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_endpointsExist)
        {
            foreach (var pattern in QueueRoutes())
            {
                await CheckAsync(pattern, cancellationToken);
            }
        }
    }

    public Task ReconnectedAsync(CancellationToken cancellationToken) => StartAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    async Task IHostedLifecycleService.StartedAsync(CancellationToken cancellationToken)
    {
        // Building the endpoints shows templates that have no subject, also while NATS is away.
        _ = QueueRoutes().Count();
        _endpointsExist = true;
        if (jetStream.Connection.ConnectionState == NatsConnectionState.Open)
        {
            await StartAsync(cancellationToken);
        }
    }

    Task IHostedService.StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedService.StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private IEnumerable<SubjectPattern> QueueRoutes() => services.GetRequiredService<EndpointDataSource>().Endpoints
        .Select(e => e.Metadata.GetMetadata<GatewayRoute>())
        .Where(r => r is { Mode: DeliveryMode.Queue, Pattern: not null })
        .Select(r => r!.Pattern!);

    private async Task CheckAsync(SubjectPattern pattern, CancellationToken cancellationToken)
    {
        StreamInfo? found = null;
        await foreach (var candidate in jetStream.ListStreamsAsync(pattern.Filter, cancellationToken))
        {
            if ((candidate.Info.Config.Subjects ?? []).Any(s => SubjectPattern.Parse(s).Covers(pattern)))
            {
                found = candidate.Info;
            }
        }

        if (found is null)
        {
            throw new NatsRunStartException($"The Queue route with the subjects '{pattern.Filter}' needs a stream that takes all of them; there is none. Declare one, or correct the HTTP prefix.");
        }

        facts.Set(found);
        var stream = found.Config;
        var filters = new List<string>();
        await foreach (var consumer in jetStream.ListConsumersAsync(stream.Name!, cancellationToken))
        {
            filters.AddRange(FiltersOf(consumer.Info.Config));
        }

        if (!filters.Any(f => SubjectPattern.Parse(f).Covers(pattern)))
        {
            throw new NatsRunStartException($"The Queue route with the subjects '{pattern.Filter}' goes into stream '{stream.Name}', where no consumer takes them (filters: {string.Join(", ", filters.DefaultIfEmpty("none"))}). Map a work queue route for it.");
        }
    }

    private static IEnumerable<string> FiltersOf(ConsumerConfig config) => config switch
    {
        { FilterSubjects.Count: > 0 } => config.FilterSubjects,
        { FilterSubject.Length: > 0 } => [config.FilterSubject],
        _ => [">"],
    };
}

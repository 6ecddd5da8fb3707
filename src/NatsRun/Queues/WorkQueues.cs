using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using NatsRun.Routing;

namespace NatsRun;

/// <summary>The work queues that this process consumes.</summary>
internal sealed class WorkQueues(
    Topology topology, INatsJSContext jetStream, ReplySender replies, IServiceScopeFactory scopes, TimeProvider time, ILogger<WorkQueues> logger) : INatsRunComponent
{
    private readonly List<WorkQueue> _queues = [];
    private readonly List<WorkQueueWorker> _workers = [];

    public string Name => "work-queues";

    public void Add(WorkQueue queue)
    {
        if (_queues.Any(q => q.Stream == queue.Stream && q.Consumer == queue.Consumer))
        {
            throw new InvalidOperationException($"The work queue '{queue.Consumer}' of stream '{queue.Stream}' is mapped already.");
        }

        _queues.Add(queue);
        topology.AddConsumer(queue.Stream, queue.Consumer, () => Plan(queue));
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var queue in _queues)
        {
            var worker = new WorkQueueWorker(queue, jetStream, replies, scopes, time, logger);
            worker.Start();
            _workers.Add(worker);
        }

        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(_workers.Select(w => w.StopAsync(cancellationToken)));
        foreach (var worker in _workers)
        {
            await worker.DisposeAsync();
        }
    }

    private ConsumerConfig Plan(WorkQueue queue)
    {
        if (queue.Routes.Count == 0)
        {
            throw new TopologyException($"The work queue '{queue.Consumer}' of stream '{queue.Stream}' has no routes.");
        }

        var subjects = topology.SubjectsOf(queue.Stream)?.Select(SubjectPattern.Parse).ToArray();
        if (subjects is not null && queue.Routes.FirstOrDefault(r => !subjects.Any(s => s.Covers(r.Pattern))) is { } uncovered)
        {
            throw new TopologyException($"The route '{uncovered.Pattern}' of work queue '{queue.Consumer}' lies outside the subjects of stream '{queue.Stream}' ({string.Join(", ", subjects.Select(s => s.Filter))}): it would never get a message.");
        }

        return queue.ToConsumerConfig();
    }
}

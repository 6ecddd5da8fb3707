using NatsRun.Routing;

namespace NatsRun;

/// <summary>
/// The requests that this process serves. Each pattern has a subscription of its own, so a subject that several of them match
/// arrives once for each: the best match takes it and the others pass it over.
/// </summary>
internal sealed class RequestEndpoints : INatsRunComponent
{
    private readonly List<RequestEndpoint> _endpoints = [];
    private SubjectRouter<RequestEndpoint>? _router;

    public string Name => "requests";

    public void Add(RequestEndpoint endpoint)
    {
        if (_endpoints.Any(e => e.Pattern.Filter == endpoint.Pattern.Filter))
        {
            throw new InvalidOperationException($"A handler for the requests '{endpoint.Pattern}' is mapped already.");
        }

        _endpoints.Add(endpoint);
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var builder = new SubjectRouterBuilder<RequestEndpoint>();
        foreach (var endpoint in _endpoints)
        {
            builder.Add(endpoint.Pattern, endpoint);
        }

        _router = builder.Build();
        foreach (var endpoint in _endpoints)
        {
            await endpoint.StartAsync(IsMine, cancellationToken);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_endpoints.Select(e => e.StopAsync(cancellationToken)));

    private bool IsMine(string subject, RequestEndpoint endpoint) =>
        _router!.TryMatch(subject, out var match) && ReferenceEquals(match.Value, endpoint);
}

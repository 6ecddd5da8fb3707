namespace NatsRun;

/// <summary>
/// A part of the application that lives on the NATS connection: a set of subscriptions, a watcher, a consumer. The host starts
/// the components in the order of their registration once NATS answers and the topology is in place, and stops them in reverse
/// order before the connection closes. Register it as a singleton service of this type.
/// </summary>
public interface INatsRunComponent
{
    /// <summary>The name of the readiness condition that is unmet until the component runs.</summary>
    string Name { get; }

    /// <summary>
    /// Starts the component. Tried again after a failure, except after a <see cref="NatsRunStartException"/>, which stops the
    /// start of the host.
    /// </summary>
    /// <param name="cancellationToken">Ends the attempt when the host stops.</param>
    /// <returns>Completes when the component does its work.</returns>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>Called after each reconnect, when the topology is in place again. Subscriptions have already returned by themselves.</summary>
    /// <param name="cancellationToken">Ends the call when the host stops.</param>
    /// <returns>Completes when the component does its work again.</returns>
    Task ReconnectedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Stops the component. Called only after it was started.</summary>
    /// <param name="cancellationToken">Cancelled when the stop should no longer be graceful.</param>
    /// <returns>Completes when nothing of the component runs any more.</returns>
    Task StopAsync(CancellationToken cancellationToken);
}

namespace NatsRun.Routing;

/// <summary>What a handler of a chain gets.</summary>
/// <typeparam name="TMessage">The type of the message.</typeparam>
/// <param name="Subject">The subject that the message came on; untrusted.</param>
/// <param name="Data">The message, the same for all handlers of the chain.</param>
/// <param name="Values">What the wildcards of this handler's own pattern stand for.</param>
/// <param name="CancellationToken">Cancelled when nobody waits for the chain any more.</param>
public readonly record struct ChainMessage<TMessage>(
    string Subject, TMessage Data, RouteValues Values, CancellationToken CancellationToken);

namespace NatsRun.Routing;

/// <summary>A handler in a chain. It calls <paramref name="next"/> to let the handlers after it run, and ends the chain by not calling it.</summary>
/// <typeparam name="TMessage">The type of the message.</typeparam>
/// <param name="message">The message, with its subject and the values of this handler's pattern.</param>
/// <param name="context">What the handlers before passed on.</param>
/// <param name="next">The handlers after this one. Await what it gives: a failure reaches the caller only so.</param>
/// <returns>A task that ends when the handler has done.</returns>
public delegate ValueTask ChainHandler<TMessage>(ChainMessage<TMessage> message, ChainContext context, ChainNext next);

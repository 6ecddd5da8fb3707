namespace NatsRun.Routing;

/// <summary>Runs all handlers whose patterns match a subject as one chain, each deciding whether the next one runs. Safe from any thread.</summary>
/// <typeparam name="TMessage">The type of the message.</typeparam>
/// <param name="router">The handlers; their order in the chain is the router's.</param>
/// <example>
/// <code>
/// var chain = new SubjectChain&lt;Order&gt;(new SubjectRouterBuilder&lt;ChainHandler&lt;Order&gt;&gt;()
///     .Add("orders.&gt;", async (message, context, next) =&gt; await next.InvokeAsync(context.With("received", true)))
///     .Add("orders.{id}.created", async (message, context, next) =&gt; await store.SaveAsync(message.Values["id"], message.Data))
///     .Build(SubjectRouteOrder.Insertion));
/// var context = await chain.InvokeAsync("orders.42.created", order);
/// </code>
/// </example>
public sealed class SubjectChain<TMessage>(SubjectRouter<ChainHandler<TMessage>> router)
{
    /// <summary>The handlers.</summary>
    public SubjectRouter<ChainHandler<TMessage>> Router { get; } = router ?? throw new ArgumentNullException(nameof(router));

    /// <summary>Runs the chain for a message.</summary>
    /// <param name="subject">The subject.</param>
    /// <param name="message">The message.</param>
    /// <returns>The context after the chain; <see cref="ChainContext.Empty"/> when no handler matches.</returns>
    /// <remarks>A handler's failure ends the chain and comes out here, unless a handler before it catches it.</remarks>
    public ValueTask<ChainContext> InvokeAsync(string subject, TMessage message) =>
        InvokeAsync(subject, message, ChainContext.Empty, CancellationToken.None);

    /// <summary>Runs the chain for a message.</summary>
    /// <param name="subject">The subject.</param>
    /// <param name="message">The message.</param>
    /// <param name="context">The context to begin with.</param>
    /// <param name="cancellationToken">Handed to the handlers; the chain itself does not look at it.</param>
    /// <returns>The context after the chain; the one given when no handler matches.</returns>
    /// <remarks>A handler's failure ends the chain and comes out here, unless a handler before it catches it.</remarks>
    public ValueTask<ChainContext> InvokeAsync(string subject, TMessage message, ChainContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentNullException.ThrowIfNull(context);
        var routes = new List<SubjectRoute<ChainHandler<TMessage>>>();
        return Router.MatchAll(subject, routes) == 0
            ? new ValueTask<ChainContext>(context)
            : new ChainRun<TMessage>(routes, subject, message, context, cancellationToken).NextAsync();
    }
}

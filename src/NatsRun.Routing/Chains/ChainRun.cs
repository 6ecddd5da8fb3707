namespace NatsRun.Routing;

/// <summary>One message on its way through a chain.</summary>
internal abstract class ChainRun(ChainContext context)
{
    /// <summary>The context as it is now, shared by all handlers of the run.</summary>
    public ChainContext Context { get; set; } = context;

    /// <summary>Runs the next handler, if there is one, and gives the context after it.</summary>
    public abstract ValueTask<ChainContext> NextAsync();
}

/// <inheritdoc/>
internal sealed class ChainRun<TMessage>(
    List<SubjectRoute<ChainHandler<TMessage>>> routes, string subject, TMessage data, ChainContext context, CancellationToken cancellationToken)
    : ChainRun(context)
{
    private int _next;

    /// <inheritdoc/>
    public override async ValueTask<ChainContext> NextAsync()
    {
        if (_next < routes.Count)
        {
            var route = routes[_next++];
            var message = new ChainMessage<TMessage>(subject, data, new RouteValues(route.Pattern, subject), cancellationToken);
            try
            {
                await route.Value(message, Context, new ChainNext(this)).ConfigureAwait(false);
            }
            catch
            {
                _next = routes.Count;
                throw;
            }
        }

        return Context;
    }
}

namespace NatsRun.Routing;

/// <summary>The handlers of a chain that come after the one that holds this.</summary>
/// <remarks>
/// Each handler runs at most once: a second call goes on behind those that ran already, and once none is left it only adds to
/// the context. Belongs to one run of the chain and must not be called from several threads at once.
/// </remarks>
public readonly struct ChainNext
{
    private readonly ChainRun _run;

    internal ChainNext(ChainRun run) => _run = run;

    /// <summary>Runs the rest of the chain.</summary>
    /// <returns>The context after it.</returns>
    public ValueTask<ChainContext> InvokeAsync() => _run.NextAsync();

    /// <summary>Merges values into the context and runs the rest of the chain.</summary>
    /// <param name="values">The values, such as a dictionary; they win over those of the same name.</param>
    /// <returns>The context after it.</returns>
    public ValueTask<ChainContext> InvokeAsync(IEnumerable<KeyValuePair<string, object?>> values)
    {
        _run.Context = _run.Context.With(values);
        return _run.NextAsync();
    }

    /// <summary>Merges another context into the present one and runs the rest of the chain.</summary>
    /// <param name="context">The context, such as the handler's own with more values; its values win over those of the same name.</param>
    /// <returns>The context after it.</returns>
    public ValueTask<ChainContext> InvokeAsync(ChainContext context)
    {
        _run.Context = _run.Context.With(context);
        return _run.NextAsync();
    }

    /// <summary>Adds a named value to the context and runs the rest of the chain.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="key">The name and the type.</param>
    /// <param name="value">The value.</param>
    /// <returns>The context after it.</returns>
    public ValueTask<ChainContext> InvokeAsync<T>(ChainKey<T> key, T value)
    {
        _run.Context = _run.Context.With(key, value);
        return _run.NextAsync();
    }

    /// <summary>Merges what a function of the present context gives, and runs the rest of the chain.</summary>
    /// <param name="change">Gives the new context. What is merged is never lost, so it may as well give the new values only.</param>
    /// <returns>The context after it.</returns>
    public ValueTask<ChainContext> InvokeAsync(Func<ChainContext, ChainContext> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        _run.Context = _run.Context.With(change(_run.Context));
        return _run.NextAsync();
    }

    /// <summary>Passes a single value on as <see cref="ChainContext.Last"/> and runs the rest of the chain.</summary>
    /// <param name="value">The value; null adds nothing.</param>
    /// <returns>The context after it.</returns>
    public ValueTask<ChainContext> InvokeValueAsync(object? value)
    {
        _run.Context = value is null ? _run.Context : _run.Context.WithLast(value);
        return _run.NextAsync();
    }
}

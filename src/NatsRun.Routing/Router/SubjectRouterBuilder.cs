namespace NatsRun.Routing;

/// <summary>Collects routes and compiles them. Not safe for use from several threads at once.</summary>
/// <typeparam name="T">What a route leads to, such as a handler.</typeparam>
public sealed class SubjectRouterBuilder<T>
{
    private readonly List<(SubjectPattern Pattern, T Value, object[] Metadata)> _routes = [];

    /// <summary>How many routes were added.</summary>
    public int Count => _routes.Count;

    /// <summary>Adds a route. Several routes may have the same pattern.</summary>
    /// <param name="pattern">A NATS pattern or a template, see <see cref="SubjectPattern"/>.</param>
    /// <param name="value">What the route leads to.</param>
    /// <param name="metadata">Anything to say about the route, read with <see cref="SubjectRoute{T}.GetMetadata{TMetadata}"/>.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="SubjectPatternException">The pattern cannot be read; the message names it and the reason.</exception>
    public SubjectRouterBuilder<T> Add(string pattern, T value, params ReadOnlySpan<object> metadata) =>
        Add(SubjectPattern.Parse(pattern), value, metadata);

    /// <summary>Adds a route. Several routes may have the same pattern.</summary>
    /// <param name="pattern">The subjects that the route takes.</param>
    /// <param name="value">What the route leads to.</param>
    /// <param name="metadata">Anything to say about the route, read with <see cref="SubjectRoute{T}.GetMetadata{TMetadata}"/>.</param>
    /// <returns>This builder.</returns>
    public SubjectRouterBuilder<T> Add(SubjectPattern pattern, T value, params ReadOnlySpan<object> metadata)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        _routes.Add((pattern, value, metadata.ToArray()));
        return this;
    }

    /// <summary>Compiles the routes added so far, ordered by <see cref="SubjectRouteOrder.Specificity"/>. The builder may go on and build again.</summary>
    /// <returns>A router that no longer depends on this builder.</returns>
    public SubjectRouter<T> Build() => Build(SubjectRouteOrder.Specificity);

    /// <summary>Compiles the routes added so far. The builder may go on and build again.</summary>
    /// <param name="order">The order in which all matching routes are given.</param>
    /// <returns>A router that no longer depends on this builder.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such order.</exception>
    public SubjectRouter<T> Build(SubjectRouteOrder order) => order switch
    {
        SubjectRouteOrder.Specificity => Build((a, b) => b.Pattern.Specificity.CompareTo(a.Pattern.Specificity)),
        SubjectRouteOrder.Insertion => Build((_, _) => 0),
        _ => throw new ArgumentOutOfRangeException(nameof(order), order, "There is no such order."),
    };

    /// <summary>Compiles the routes added so far, in an order of one's own, such as by their metadata.</summary>
    /// <param name="comparison">Compares two routes: negative when the first comes first. Equal ones stay in the order of registration. Called while building only.</param>
    /// <returns>A router that no longer depends on this builder.</returns>
    public SubjectRouter<T> Build(Comparison<SubjectRoute<T>> comparison)
    {
        ArgumentNullException.ThrowIfNull(comparison);
        var registered = _routes.Select((r, i) => new SubjectRoute<T>(r.Pattern, r.Value, i, r.Metadata)).ToArray();
        var ordered = registered.Order(Comparer<SubjectRoute<T>>.Create(comparison)).ToArray();
        for (var i = 0; i < ordered.Length; i++)
        {
            ordered[i].Rank = i;
        }

        return new SubjectRouter<T>(ordered, RouteTableBuilder.Build([.. registered.Select(r => r.Pattern)]), registered);
    }
}

namespace NatsRun.Routing;

/// <summary>One route of a <see cref="SubjectRouter{T}"/>. Immutable, and safe from any thread.</summary>
/// <typeparam name="T">What the route leads to, such as a handler.</typeparam>
public sealed class SubjectRoute<T>
{
    private readonly object[] _metadata;

    internal SubjectRoute(SubjectPattern pattern, T value, int order, object[] metadata)
    {
        Pattern = pattern;
        Value = value;
        Order = order;
        _metadata = metadata;
    }

    /// <summary>The subjects that the route takes.</summary>
    public SubjectPattern Pattern { get; }

    /// <summary>What the route leads to.</summary>
    public T Value { get; }

    /// <summary>Its place in the order of registration, from 0.</summary>
    public int Order { get; }

    /// <summary>Whatever was said about the route when it was added.</summary>
    public IReadOnlyList<object> Metadata => _metadata;

    /// <summary>Its place in the order of the router that it belongs to, from 0.</summary>
    internal int Rank { get; set; }

    /// <summary>The last metadata of a type, as the later word counts.</summary>
    /// <typeparam name="TMetadata">The type, or a base or an interface of it.</typeparam>
    /// <returns>The metadata, or null when there is none.</returns>
    public TMetadata? GetMetadata<TMetadata>()
        where TMetadata : class
    {
        for (var i = _metadata.Length - 1; i >= 0; i--)
        {
            if (_metadata[i] is TMetadata found)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>The pattern as it was written.</summary>
    /// <returns>The text of <see cref="Pattern"/>.</returns>
    public override string ToString() => Pattern.Text;
}

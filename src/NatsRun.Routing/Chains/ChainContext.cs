using System.Diagnostics.CodeAnalysis;

namespace NatsRun.Routing;

/// <summary>What the handlers of a chain know in common: named values, and the last single value that was passed on.</summary>
/// <remarks>
/// Immutable, and safe from any thread: a handler that still runs never sees its context change. Adding gives a new context, which reaches the
/// handlers after this one by <see cref="ChainNext"/>. Names are compared with regard to case.
/// </remarks>
public sealed class ChainContext
{
    private readonly Dictionary<string, object?> _values;

    private ChainContext(Dictionary<string, object?> values, object? last)
    {
        _values = values;
        Last = last;
    }

    /// <summary>The context without any value.</summary>
    public static ChainContext Empty { get; } = new(new(StringComparer.Ordinal), null);

    /// <summary>The value that was last passed on without a name (<see cref="ChainNext.InvokeValueAsync"/>), or null.</summary>
    public object? Last { get; }

    /// <summary>The named values.</summary>
    public IReadOnlyDictionary<string, object?> Values => _values;

    /// <summary>A named value.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The value, or null when there is none.</returns>
    public object? this[string name] => _values.GetValueOrDefault(name);

    /// <summary>Reads a named value of a type.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="name">The name.</param>
    /// <param name="value">The value.</param>
    /// <returns>False when there is none, or one of another type.</returns>
    public bool TryGet<T>(string name, [NotNullWhen(true)] out T? value)
    {
        var found = _values.GetValueOrDefault(name) is T;
        value = found ? (T)_values[name]! : default;
        return found;
    }

    /// <inheritdoc cref="TryGet{T}(string, out T)"/>
    /// <param name="key">The name and the type.</param>
    /// <param name="value">The value.</param>
    public bool TryGet<T>(ChainKey<T> key, [NotNullWhen(true)] out T? value) => TryGet(key.Name, out value);

    /// <summary>This context with one value more.</summary>
    /// <param name="name">The name; a value that has it already is replaced.</param>
    /// <param name="value">The value.</param>
    /// <returns>A new context.</returns>
    public ChainContext With(string name, object? value) => new(new(_values, StringComparer.Ordinal) { [name] = value }, Last);

    /// <inheritdoc cref="With(string, object)"/>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="key">The name and the type.</param>
    /// <param name="value">The value.</param>
    public ChainContext With<T>(ChainKey<T> key, T value) => With(key.Name, (object?)value);

    /// <summary>This context with other values merged in; where both have a name the other value wins.</summary>
    /// <param name="values">The values, such as a dictionary.</param>
    /// <returns>A new context.</returns>
    public ChainContext With(IEnumerable<KeyValuePair<string, object?>> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var merged = new Dictionary<string, object?>(_values, StringComparer.Ordinal);
        foreach (var (name, value) in values)
        {
            merged[name] = value;
        }

        return new(merged, Last);
    }

    /// <summary>This context with another one merged in; where both have a value the other one's wins.</summary>
    /// <param name="other">The other context.</param>
    /// <returns>A context with the values of both, and the other <see cref="Last"/> unless that is null.</returns>
    public ChainContext With(ChainContext other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return other == this ? this : With(other._values).WithLast(other.Last ?? Last);
    }

    /// <summary>This context with another <see cref="Last"/>.</summary>
    /// <param name="value">The value.</param>
    /// <returns>A new context.</returns>
    public ChainContext WithLast(object? value) => new(_values, value);
}

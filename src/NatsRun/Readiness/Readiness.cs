using System.Collections.Concurrent;

namespace NatsRun;

/// <summary>
/// What must hold before this process should be sent traffic. Every part that needs something from NATS registers a condition;
/// the process is ready when all of them are met. Thread-safe.
/// </summary>
public sealed class Readiness
{
    private readonly ConcurrentDictionary<string, string> _unmet = new(StringComparer.Ordinal);

    /// <summary>True when no condition is unmet.</summary>
    public bool IsReady => _unmet.IsEmpty;

    /// <summary>The unmet conditions by name, each with the reason.</summary>
    public IReadOnlyDictionary<string, string> Unmet => _unmet;

    /// <summary>Marks a condition as met.</summary>
    /// <param name="condition">The condition's name, such as <c>nats</c>.</param>
    public void Met(string condition) => _unmet.TryRemove(condition, out _);

    /// <summary>Marks a condition as not met.</summary>
    /// <param name="condition">The condition's name, such as <c>nats</c>.</param>
    /// <param name="reason">Why, for the operator. It is shown to whoever asks, so it must not hold a secret.</param>
    public void NotMet(string condition, string reason) => _unmet[condition] = reason;
}

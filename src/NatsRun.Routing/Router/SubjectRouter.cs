using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace NatsRun.Routing;

/// <summary>Finds routes for subjects in an immutable, compiled table. Safe from any thread.</summary>
/// <typeparam name="T">What a route leads to, such as a handler.</typeparam>
/// <remarks>
/// Matching allocates nothing and remembers nothing of the subjects it has seen. A subject is untrusted: tokens in it that are
/// <c>*</c> or <c>&gt;</c> are data, and one with an empty token matches nothing. Built by <see cref="SubjectRouterBuilder{T}"/>.
/// </remarks>
public sealed class SubjectRouter<T>
{
    private static readonly Comparison<SubjectRoute<T>> ByRank = static (a, b) => a.Rank.CompareTo(b.Rank);

    private readonly RouteTable _table;
    private readonly SubjectRoute<T>[] _registered;

    internal SubjectRouter(SubjectRoute<T>[] ordered, RouteTable table, SubjectRoute<T>[] registered)
    {
        Routes = new(ordered);
        _table = table;
        _registered = registered;
    }

    /// <summary>All routes in the order of this router.</summary>
    public ReadOnlyCollection<SubjectRoute<T>> Routes { get; }

    /// <summary>
    /// Finds the best route: token by token from the left, a literal before one token before the rest, going back where that
    /// leads nowhere, so that a route is found whenever one matches. The order of the router does not count here.
    /// </summary>
    /// <param name="subject">The subject.</param>
    /// <param name="route">The route; of several with the same filter the one registered first.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryMatch(ReadOnlySpan<char> subject, [NotNullWhen(true)] out SubjectRoute<T>? route)
    {
        var list = _table.FindBest(subject);
        route = list == 0 ? null : _registered[_table.Routes[list]];
        return list != 0;
    }

    /// <summary>Finds every matching route, in the order of this router.</summary>
    /// <param name="subject">The subject.</param>
    /// <param name="matches">Cleared, and then filled. Nothing is allocated when its capacity is enough, so use one list again and again.</param>
    /// <returns>How many there are.</returns>
    public int MatchAll(ReadOnlySpan<char> subject, List<SubjectRoute<T>> matches)
    {
        ArgumentNullException.ThrowIfNull(matches);
        matches.Clear();
        var collector = new Collector(_registered, matches);
        _table.FindAll(subject, ref collector);
        if (matches.Count > 1)
        {
            CollectionsMarshal.AsSpan(matches).Sort(ByRank);
        }

        return matches.Count;
    }

    private readonly struct Collector(SubjectRoute<T>[] registered, List<SubjectRoute<T>> matches) : IRouteCollector
    {
        public void Add(int route) => matches.Add(registered[route]);
    }
}

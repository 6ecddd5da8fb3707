using System.Runtime.InteropServices;

namespace NatsRun.Routing;

/// <summary>Takes the routes that match a subject, in no particular order.</summary>
internal interface IRouteCollector
{
    void Add(int route);
}

/// <summary>
/// A trie of patterns in one array. Literal children of all nodes share one open-addressing hash table keyed by parent and token, and a
/// slot of that table <em>is</em> the child, so that a step down touches one slot and the text of its token.
/// </summary>
/// <remarks>
/// Slot 0 is the root, slots 1 to the capacity are the hash table, and behind them stand the children for one token of any kind (<c>*</c>).
/// A node has one path only, so that going back visits each at most once, however hostile the subject is.
/// </remarks>
internal sealed class RouteTable(RouteTable.Slot[] slots, int mask, char[] text, int longest, int[] routes)
{
    /// <summary>Route lists: a node's routes in the order of registration, then -1. Lists begin at 1, since 0 means none.</summary>
    public int[] Routes => routes;

    /// <summary>Finds the list of the best pattern.</summary>
    /// <returns>Where it begins in <see cref="Routes"/>, or 0.</returns>
    public int FindBest(ReadOnlySpan<char> subject) => FindBest(0, subject);

    /// <summary>Gives every matching route.</summary>
    public void FindAll<TCollector>(ReadOnlySpan<char> subject, ref TCollector collector)
        where TCollector : struct, IRouteCollector
    {
        // Checked once, so that no route is given for the good beginning of a bad subject.
        if (Subject.HasNoEmptyToken(subject))
        {
            FindAll(0, subject, ref collector);
        }
    }

    /// <summary>The hash of a token below a parent: four characters at a time through a folded 128-bit product.</summary>
    internal static uint Hash(int parent, ReadOnlySpan<char> token)
    {
        var hash = ((uint)parent * 0x9FB21C651E98DF25UL) ^ (uint)token.Length;
        for (; token.Length >= 4; token = token[4..])
        {
            hash = Fold(hash ^ MemoryMarshal.Read<ulong>(MemoryMarshal.AsBytes(token)));
        }

        var tail = 0UL;
        foreach (var c in token)
        {
            tail = (tail << 16) | c;
        }

        return (uint)Fold(hash ^ tail);
    }

    private static ulong Fold(ulong value)
    {
        var high = Math.BigMul(value ^ 0x9E3779B97F4A7C15UL, 0xD6E8FEB86659FD93UL, out var low);
        return high ^ low;
    }

    private int FindBest(int node, ReadOnlySpan<char> rest)
    {
        while (true)
        {
            ref readonly var slot = ref slots[node];
            var dot = rest.IndexOf('.');
            var token = dot < 0 ? rest : rest[..dot];
            if (token.IsEmpty)
            {
                return 0;
            }

            var literal = slot.HasLiterals ? FindLiteral(node, token) : 0;
            if (dot < 0)
            {
                var exact = literal != 0 ? slots[literal].Exact : 0;
                exact = exact == 0 && slot.Any != 0 ? slots[slot.Any].Exact : exact;
                return exact != 0 ? exact : slot.Rest;
            }

            var tail = rest[(dot + 1)..];
            var choices = (literal != 0 ? 1 : 0) + (slot.Any != 0 ? 1 : 0) + (slot.Rest != 0 ? 1 : 0);
            if (choices > 1 || slot.Rest != 0)
            {
                return FindBestOfSeveral(in slot, literal, rest, tail);
            }

            node = literal != 0 ? literal : slot.Any;
            if (node == 0)
            {
                return 0;
            }

            rest = tail;
        }
    }

    private int FindBestOfSeveral(in Slot slot, int literal, ReadOnlySpan<char> rest, ReadOnlySpan<char> tail)
    {
        var found = literal != 0 ? FindBest(literal, tail) : 0;
        if (found == 0 && slot.Any != 0)
        {
            found = FindBest(slot.Any, tail);
        }

        return found == 0 && slot.Rest != 0 && Subject.HasNoEmptyToken(rest) ? slot.Rest : found;
    }

    private void FindAll<TCollector>(int node, ReadOnlySpan<char> rest, ref TCollector collector)
        where TCollector : struct, IRouteCollector
    {
        while (true)
        {
            ref readonly var slot = ref slots[node];
            var dot = rest.IndexOf('.');
            var token = dot < 0 ? rest : rest[..dot];
            var literal = slot.HasLiterals ? FindLiteral(node, token) : 0;
            Collect(slot.Rest, ref collector);
            if (dot < 0)
            {
                Collect(literal != 0 ? slots[literal].Exact : 0, ref collector);
                Collect(slot.Any != 0 ? slots[slot.Any].Exact : 0, ref collector);
                return;
            }

            rest = rest[(dot + 1)..];
            if (literal != 0 && slot.Any != 0)
            {
                FindAll(slot.Any, rest, ref collector);
            }

            node = literal != 0 ? literal : slot.Any;
            if (node == 0)
            {
                return;
            }
        }
    }

    private void Collect<TCollector>(int list, ref TCollector collector)
        where TCollector : struct, IRouteCollector
    {
        for (; list != 0 && routes[list] >= 0; list++)
        {
            collector.Add(routes[list]);
        }
    }

    private int FindLiteral(int parent, ReadOnlySpan<char> token)
    {
        // A hostile token is not even hashed when no literal is as long.
        if (token.Length > longest)
        {
            return 0;
        }

        var hash = Hash(parent, token);
        for (var i = hash & (uint)mask; ; i = (i + 1) & (uint)mask)
        {
            ref readonly var slot = ref slots[i + 1];
            if (slot.TextLength == 0)
            {
                return 0;
            }

            if (slot.Hash == hash && slot.Parent == parent && token.SequenceEqual(text.AsSpan(slot.TextStart, slot.TextLength)))
            {
                return (int)i + 1;
            }
        }
    }

    /// <summary>A node. In the hash table it carries its key too.</summary>
    internal struct Slot
    {
        public uint Hash;
        public int Parent;
        public int TextStart;

        /// <summary>The literal's length; 0 for an empty slot, and for nodes outside the hash table.</summary>
        public short TextLength;

        public bool HasLiterals;

        /// <summary>The child for one token of any kind, or 0.</summary>
        public int Any;

        /// <summary>The list of the patterns that end here, or 0.</summary>
        public int Exact;

        /// <summary>The list of the patterns that end here with the rest, or 0.</summary>
        public int Rest;
    }
}

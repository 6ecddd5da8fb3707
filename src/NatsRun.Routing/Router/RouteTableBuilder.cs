using System.Numerics;
using System.Text;

namespace NatsRun.Routing;

/// <summary>Makes the compiled table from patterns.</summary>
internal sealed class RouteTableBuilder
{
    private readonly StringBuilder _text = new();
    private readonly Dictionary<string, int> _textStarts = new(StringComparer.Ordinal);
    private readonly List<int> _routes = [-1];
    private readonly RouteTable.Slot[] _slots;
    private readonly uint _mask;
    private int _nextAny;
    private int _longest;

    private RouteTableBuilder(int literals, int wildcards)
    {
        // At most half full, so that a lookup of a token that is not there ends soon.
        var capacity = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(4, literals * 2));
        _mask = (uint)capacity - 1;
        _nextAny = capacity + 1;
        _slots = new RouteTable.Slot[capacity + 1 + wildcards];
    }

    /// <summary>Compiles patterns; a route is a pattern's place in the list.</summary>
    public static RouteTable Build(SubjectPattern[] patterns)
    {
        var root = new Node();
        for (var i = 0; i < patterns.Length; i++)
        {
            root.Add(patterns[i].Tokens, i);
        }

        var builder = new RouteTableBuilder(root.CountLiterals(), root.CountAny());
        builder.Write(root, 0);
        return new RouteTable(
            builder._slots, (int)builder._mask, builder._text.ToString().ToCharArray(), builder._longest, [.. builder._routes]);
    }

    private void Write(Node node, int at)
    {
        ref var slot = ref _slots[at];
        slot.Exact = WriteList(node.Exact);
        slot.Rest = WriteList(node.Rest);
        slot.HasLiterals = node.Literals.Count > 0;
        foreach (var (literal, child) in node.Literals)
        {
            Write(child, Insert(at, literal));
        }

        if (node.Any is not null)
        {
            slot.Any = _nextAny++;
            Write(node.Any, slot.Any);
        }
    }

    private int Insert(int parent, string literal)
    {
        var hash = RouteTable.Hash(parent, literal);
        var i = hash & _mask;
        while (_slots[i + 1].TextLength != 0)
        {
            i = (i + 1) & _mask;
        }

        ref var slot = ref _slots[i + 1];
        slot.Hash = hash;
        slot.Parent = parent;
        slot.TextStart = Intern(literal);
        slot.TextLength = (short)literal.Length;
        _longest = Math.Max(_longest, literal.Length);
        return (int)i + 1;
    }

    /// <summary>A text that stands in many patterns is kept once, and so stays in the processor's cache.</summary>
    private int Intern(string literal)
    {
        if (!_textStarts.TryGetValue(literal, out var start))
        {
            start = _text.Length;
            _text.Append(literal);
            _textStarts.Add(literal, start);
        }

        return start;
    }

    private int WriteList(List<int> list)
    {
        if (list.Count == 0)
        {
            return 0;
        }

        var start = _routes.Count;
        _routes.AddRange(list);
        _routes.Add(-1);
        return start;
    }

    private sealed class Node
    {
        public Dictionary<string, Node> Literals { get; } = new(StringComparer.Ordinal);

        public Node? Any { get; private set; }

        public List<int> Exact { get; } = [];

        public List<int> Rest { get; } = [];

        public void Add(ReadOnlySpan<PatternToken> tokens, int route)
        {
            var node = this;
            foreach (var token in tokens)
            {
                if (token.Kind == PatternTokenKind.Rest)
                {
                    node.Rest.Add(route);
                    return;
                }

                node = token.Kind == PatternTokenKind.Any ? node.Any ??= new Node() : node.GetOrAdd(token.Literal);
            }

            node.Exact.Add(route);
        }

        public int CountLiterals() => Literals.Count + Literals.Values.Sum(n => n.CountLiterals()) + (Any?.CountLiterals() ?? 0);

        public int CountAny() => (Any is null ? 0 : 1 + Any.CountAny()) + Literals.Values.Sum(n => n.CountAny());

        private Node GetOrAdd(string literal)
        {
            if (!Literals.TryGetValue(literal, out var child))
            {
                Literals.Add(literal, child = new Node());
            }

            return child;
        }
    }
}

using FsCheck.Xunit;

namespace NatsRun.Routing.Tests;

/// <summary>What a router must do, said once and run over the compiled table and over the naive oracle.</summary>
public abstract class RouterConformanceTests
{
    private const string Mixed = "orders.42.created";

    private static readonly string[] MixedPatterns = [">", "orders.>", "*.*.*", "orders.*.created", "orders.{id}.created", "orders.42.*", "orders.42.created", "logs.>"];

    /// <summary>Creates a router whose routes are known by their place in the list.</summary>
    private protected abstract IRouter Create(SubjectRouteOrder order, params string[] patterns);

    [Theory]
    [InlineData("a.b.c", 0)]
    [InlineData("a.x.c", 2)]
    [InlineData("a.b.x", 1)]
    [InlineData("a.b", 4)]
    [InlineData("x.b.c", 3)]
    [InlineData("x.b.x", -1)]
    [InlineData("a", -1)]
    public void Best_LiteralBeforeOneTokenBeforeRest_GoesBackWhereNeeded(string subject, int expected) =>
        Assert.Equal(expected, Create(SubjectRouteOrder.Insertion, "a.b.c", "a.b.*", "a.*.c", "*.b.c", "a.>").Best(subject));

    [Fact]
    public void Best_LeftmostTokenDecides_BeforeAnySpecificity() =>
        Assert.Equal(1, Create(SubjectRouteOrder.Specificity, "*.b.c.d", "a.>").Best("a.b.c.d"));

    [Fact]
    public void Best_SeveralOnOneFilter_GivesTheFirst() =>
        Assert.Equal(1, Create(SubjectRouteOrder.Specificity, "b", "a.{x}", "a.*", "a.{y}").Best("a.b"));

    [Fact]
    public void All_BySpecificity_GivesHighestFirstThenRegistration() =>
        Assert.Equal([6, 3, 4, 5, 2, 1, 0], Create(SubjectRouteOrder.Specificity, MixedPatterns).All(Mixed));

    [Fact]
    public void All_ByInsertion_GivesRegistration() =>
        Assert.Equal([0, 1, 2, 3, 4, 5, 6], Create(SubjectRouteOrder.Insertion, MixedPatterns).All(Mixed));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("a..b")]
    [InlineData(".a")]
    [InlineData("a.")]
    [InlineData("a.b.")]
    [InlineData("a.b..c")]
    public void Match_EmptyToken_GivesNothing(string subject)
    {
        var router = Create(SubjectRouteOrder.Insertion, ">", "*", "*.*", "a.>", "a.b.>", "*.>", "*.*.*", "a");
        Assert.Equal(-1, router.Best(subject));
        Assert.Empty(router.All(subject));
    }

    [Fact]
    public void Match_WildcardsAsDataInSubject_AreOrdinaryTokens()
    {
        var router = Create(SubjectRouteOrder.Insertion, "a.b", "a.*", "a.>", "c.d");
        Assert.Equal([1, 2], router.All("a.*"));
        Assert.Equal([1, 2], router.All("a.>"));
        Assert.Equal([2], router.All("a.>.b"));
        Assert.Empty(router.All("*.b"));
        Assert.Empty(router.All(">"));
        Assert.Empty(router.All("c.*"));
        Assert.Equal(1, router.Best("a.*"));
    }

    [Fact]
    public void Match_NoRoutes_GivesNothing()
    {
        var router = Create(SubjectRouteOrder.Specificity);
        Assert.Equal(-1, router.Best("a.b"));
        Assert.Empty(router.All("a.b"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(1000)]
    [InlineData(10_000)]
    public void Match_ManySiblings_FindsEachAndTheWildcardBesideThem(int count)
    {
        string[] patterns = ["orders.*.created", "orders.>", .. Enumerable.Range(0, count).Select(i => $"orders.{i}.created")];
        var router = Create(SubjectRouteOrder.Insertion, patterns);
        var step = Math.Max(1, count / 20);
        for (var i = 0; i < count; i += step)
        {
            Assert.Equal(i + 2, router.Best($"orders.{i}.created"));
            Assert.Equal([0, 1, i + 2], router.All($"orders.{i}.created"));
            Assert.Equal(1, router.Best($"orders.{i}.deleted"));
        }

        Assert.Equal(0, router.Best($"orders.{count}.created"));
        Assert.Equal(1, router.Best("orders.x"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(33)]
    [InlineData(512)]
    public void Match_ManyLevels_FindsTheEnd(int count)
    {
        var chain = string.Join('.', Enumerable.Repeat("a", count));
        var router = Create(SubjectRouteOrder.Insertion, chain, chain[..^1] + "*", "a.>");
        Assert.Equal(0, router.Best(chain));
        Assert.Equal(1, router.Best(chain[..^1] + "b"));
        Assert.Equal(2, router.Best(chain + ".a"));
    }

    [Theory]
    [InlineData(33)]
    [InlineData(1000)]
    public void Match_ManyWildcardSiblings_FindsEach(int count)
    {
        var router = Create(SubjectRouteOrder.Insertion, [.. Enumerable.Range(0, count).Select(i => $"t{i}.*.{i}.{{rest}}")]);
        for (var i = 0; i < count; i += 7)
        {
            Assert.Equal(i, router.Best($"t{i}.x.{i}.y"));
            Assert.Equal(-1, router.Best($"t{i}.x.{i + 1}.y"));
        }
    }

    [Property(Arbitrary = [typeof(Cases)], MaxTest = 1500)]
    public bool Match_AnyPatternsAndSubjects_IsWhatTheOracleSays(PatternText[] patterns, SubjectText[] subjects, bool bySpecificity)
    {
        var order = bySpecificity ? SubjectRouteOrder.Specificity : SubjectRouteOrder.Insertion;
        string[] texts = [.. patterns.Select(p => p.Value)];
        var (router, oracle) = (Create(order, texts), new NaiveRouter(order, texts));
        return subjects.All(s => router.Best(s.Value) == oracle.Best(s.Value) && router.All(s.Value).SequenceEqual(oracle.All(s.Value)));
    }
}

/// <summary>A router whose routes are known by their place in the order of registration.</summary>
internal interface IRouter
{
    /// <summary>The best route, or -1.</summary>
    int Best(string subject);

    int[] All(string subject);
}

internal sealed class NaiveRouter(SubjectRouteOrder order, string[] patterns) : IRouter
{
    public int Best(string subject) =>
        Matching(subject)
            .OrderBy(i => string.Concat(patterns[i].Split('.').Select(Oracle.Kind)), StringComparer.Ordinal)
            .ThenBy(i => i)
            .FirstOrDefault(-1);

    public int[] All(string subject) =>
        [.. Matching(subject).OrderByDescending(i => order == SubjectRouteOrder.Specificity ? Oracle.Specificity(patterns[i]) : 0).ThenBy(i => i)];

    private IEnumerable<int> Matching(string subject) =>
        Enumerable.Range(0, patterns.Length).Where(i => Oracle.IsMatch(patterns[i], subject));
}

public sealed class NaiveRouterTests : RouterConformanceTests
{
    private protected override IRouter Create(SubjectRouteOrder order, params string[] patterns) => new NaiveRouter(order, patterns);
}

public sealed class CompiledRouterTests : RouterConformanceTests
{
    private protected override IRouter Create(SubjectRouteOrder order, params string[] patterns)
    {
        var builder = new SubjectRouterBuilder<int>();
        for (var i = 0; i < patterns.Length; i++)
        {
            builder.Add(patterns[i], i);
        }

        return new Compiled(builder.Build(order));
    }

    private sealed class Compiled(SubjectRouter<int> router) : IRouter
    {
        private readonly List<SubjectRoute<int>> _matches = [];

        public int Best(string subject) => router.TryMatch(subject, out var route) ? route.Value : -1;

        public int[] All(string subject)
        {
            Assert.Equal(router.MatchAll(subject, _matches), _matches.Count);
            return [.. _matches.Select(m => m.Value)];
        }
    }
}

namespace NatsRun.Routing.Tests;

public sealed class SubjectChainTests
{
    private static readonly ChainKey<int> Count = new("count");

    private readonly List<string> _ran = [];

    [Fact]
    public async Task InvokeAsync_NextWithNothing_RunsEveryHandlerInOrder()
    {
        var chain = Chain(SubjectRouteOrder.Specificity, (">", Run("rest")), ("a.*", Run("any")), ("a.b", Run("literal")), ("a.b", Run("again")), ("c", Run("other")));
        var context = await chain.InvokeAsync("a.b", "m");
        Assert.Equal(["literal:m", "again:m", "any:m", "rest:m"], _ran);
        Assert.Empty(context.Values);
    }

    [Fact]
    public async Task InvokeAsync_NextWithObject_IsMergedForTheRestAndInTheResult()
    {
        ChainContext? seen = null;
        var chain = Chain(
            SubjectRouteOrder.Insertion,
            ("a", async (_, _, next) => await next.InvokeAsync(new Dictionary<string, object?> { ["x"] = 1, ["y"] = 1 })),
            ("a", async (_, context, next) => await next.InvokeAsync(context.With("y", 2))),
            ("a", async (_, _, next) => await next.InvokeAsync(Count, 3)),
            ("a", (_, context, _) =>
            {
                seen = context;
                return default;
            }));
        var result = await chain.InvokeAsync("a", "m", ChainContext.Empty.With("start", true), CancellationToken.None);
        Assert.Same(seen, result);
        Assert.Equal([("count", 3), ("start", true), ("x", 1), ("y", (object?)2)], result.Values.OrderBy(v => v.Key).Select(v => (v.Key, v.Value)));
        Assert.True(result.TryGet(Count, out var count));
        Assert.Equal(3, count);
    }

    [Fact]
    public async Task InvokeAsync_NextWithValue_IsTheLastValue()
    {
        object? seen = null;
        var chain = Chain(
            SubjectRouteOrder.Insertion,
            ("a", async (_, _, next) => await next.InvokeValueAsync("first")),
            ("a", async (_, context, next) =>
            {
                seen = context.Last;
                await next.InvokeValueAsync(2);
            }),
            ("a", async (_, _, next) => await next.InvokeValueAsync(null)));
        var context = await chain.InvokeAsync("a", "m");
        Assert.Equal("first", seen);
        Assert.Equal(2, context.Last);
        Assert.Empty(context.Values);
    }

    [Fact]
    public async Task InvokeAsync_NextWithFunction_GetsThePresentContextAndIsMerged()
    {
        var chain = Chain(
            SubjectRouteOrder.Insertion,
            ("a", async (_, _, next) => await next.InvokeAsync(Count, 1)),
            ("a", async (_, _, next) => await next.InvokeAsync(c => c.With(Count, c.TryGet(Count, out var n) ? n + 1 : 0))),
            ("a", async (_, _, next) => await next.InvokeAsync(_ => ChainContext.Empty.With("only", "this"))));
        var context = await chain.InvokeAsync("a", "m");
        Assert.Equal(2, context["count"]);
        Assert.Equal("this", context["only"]);
    }

    [Fact]
    public async Task InvokeAsync_NextNotCalled_EndsTheChain()
    {
        var chain = Chain(
            SubjectRouteOrder.Insertion,
            ("a", async (_, _, next) => await next.InvokeAsync(Count, 1)),
            ("a", (_, _, _) => default),
            ("a", Run("never")));
        Assert.Equal(1, (await chain.InvokeAsync("a", "m"))["count"]);
        Assert.Empty(_ran);
    }

    [Fact]
    public async Task InvokeAsync_AfterNext_SeesTheContextOfTheRest()
    {
        ChainContext? after = null;
        var chain = Chain(
            SubjectRouteOrder.Insertion,
            ("a", async (_, before, next) =>
            {
                after = await next.InvokeAsync();
                Assert.Empty(before.Values);
            }),
            ("a", async (_, _, next) => await next.InvokeAsync(Count, 7)));
        var result = await chain.InvokeAsync("a", "m");
        Assert.Equal(7, after!["count"]);
        Assert.Same(after, result);
    }

    [Fact]
    public async Task InvokeAsync_NextCalledAgain_RunsNobodyTwiceAndStillAdds()
    {
        var chain = Chain(
            SubjectRouteOrder.Insertion,
            ("a", async (_, _, next) =>
            {
                await next.InvokeAsync();
                await next.InvokeAsync(Count, 1);
            }),
            ("a", Run("once")));
        Assert.Equal(1, (await chain.InvokeAsync("a", "m"))["count"]);
        Assert.Equal(["once:m"], _ran);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task InvokeAsync_HandlerFails_EndsTheChainAndReachesTheCaller(bool later)
    {
        var chain = Chain(
            SubjectRouteOrder.Insertion,
            ("a", Run("first")),
            ("a", async (_, _, _) =>
            {
                if (later)
                {
                    await Task.Yield();
                }

                throw new InvalidOperationException("no");
            }),
            ("a", Run("never")));
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => chain.InvokeAsync("a", "m").AsTask());
        Assert.Equal("no", failure.Message);
        Assert.Equal(["first:m"], _ran);
    }

    [Fact]
    public async Task InvokeAsync_FailureCaughtByAnEarlierHandler_StillEndsTheChain()
    {
        var chain = Chain(
            SubjectRouteOrder.Insertion,
            ("a", async (_, _, next) =>
            {
                await Assert.ThrowsAsync<InvalidOperationException>(() => next.InvokeAsync().AsTask());
                await next.InvokeAsync(Count, 1);
            }),
            ("a", (_, _, _) => throw new InvalidOperationException()),
            ("a", Run("never")));
        Assert.Equal(1, (await chain.InvokeAsync("a", "m"))["count"]);
        Assert.Empty(_ran);
    }

    [Fact]
    public async Task InvokeAsync_NoHandler_GivesTheContextBack()
    {
        var context = ChainContext.Empty.With("x", 1);
        Assert.Same(context, await Chain(SubjectRouteOrder.Insertion, ("a", Run("a"))).InvokeAsync("b", "m", context, CancellationToken.None));
    }

    [Fact]
    public async Task InvokeAsync_EachHandler_GetsTheValuesOfItsOwnPattern()
    {
        var seen = new List<string>();
        using var source = new CancellationTokenSource();
        ChainHandler<string> handler = async (message, _, next) =>
        {
            Assert.Equal(source.Token, message.CancellationToken);
            seen.Add($"{message.Subject} {message.Values.GetRaw(0)}");
            await next.InvokeAsync();
        };
        await Chain(SubjectRouteOrder.Insertion, ("{x}.b", handler), ("a.{x}", handler)).InvokeAsync("a.b", "m", ChainContext.Empty, source.Token);
        Assert.Equal(["a.b a", "a.b b"], seen);
    }

    [Fact]
    public async Task InvokeAsync_ManyAtOnce_DoNotShareContexts()
    {
        var chain = Chain(
            SubjectRouteOrder.Insertion,
            ("a.{n}", async (message, _, next) =>
            {
                await Task.Yield();
                await next.InvokeAsync(new ChainKey<string>("n"), message.Values["n"]);
            }),
            ("a.>", async (_, _, next) => await next.InvokeAsync()));
        var results = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => chain.InvokeAsync($"a.{i}", "m").AsTask()));
        Assert.Equal(Enumerable.Range(0, 200).Select(i => $"{i}"), results.Select(r => r["n"]));
    }

    private static SubjectChain<string> Chain(SubjectRouteOrder order, params (string Pattern, ChainHandler<string> Handler)[] handlers)
    {
        var builder = new SubjectRouterBuilder<ChainHandler<string>>();
        foreach (var (pattern, handler) in handlers)
        {
            builder.Add(pattern, handler);
        }

        return new(builder.Build(order));
    }

    private ChainHandler<string> Run(string name) => async (message, _, next) =>
    {
        _ran.Add($"{name}:{message.Data}");
        await next.InvokeAsync();
    };
}

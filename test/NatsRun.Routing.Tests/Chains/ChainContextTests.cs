namespace NatsRun.Routing.Tests;

public sealed class ChainContextTests
{
    [Fact]
    public void With_AnyValue_LeavesTheOldContextAlone()
    {
        var before = ChainContext.Empty.With("a", 1);
        var after = before.With("a", 2).With("b", "x").WithLast(3);
        Assert.Equal(1, before["a"]);
        Assert.Null(before.Last);
        Assert.Equal(2, after["a"]);
        Assert.Equal("x", after["b"]);
        Assert.Equal(3, after.Last);
        Assert.Empty(ChainContext.Empty.Values);
    }

    [Fact]
    public void With_OtherContext_TakesItsValuesAndItsLast()
    {
        var left = ChainContext.Empty.With("a", 1).With("b", 1).WithLast("left");
        var right = ChainContext.Empty.With("b", 2);
        Assert.Equal("left", left.With(right).Last);
        Assert.Equal("right", left.With(right.WithLast("right")).Last);
        Assert.Equal(1, left.With(right)["a"]);
        Assert.Equal(2, left.With(right)["b"]);
        Assert.Same(left, left.With(left));
    }

    [Fact]
    public void TryGet_MissingNullOrOtherType_IsFalse()
    {
        var context = ChainContext.Empty.With("number", 1).With("null", (object?)null);
        Assert.True(context.TryGet<int>("number", out var number));
        Assert.Equal(1, number);
        Assert.False(context.TryGet<string>("number", out _));
        Assert.False(context.TryGet<string>("null", out _));
        Assert.False(context.TryGet<string>("missing", out _));
        Assert.False(context.TryGet<int>("Number", out _));
        Assert.Null(context["missing"]);
    }
}

namespace NatsRun.Routing.Tests;

public sealed class RouteValuesTests
{
    private static readonly SubjectPattern Pattern = SubjectPattern.Parse("a.{id}.*.{*rest}");

    [Fact]
    public void Values_OfAMatch_AreRawAndDecoded()
    {
        var values = Pattern.GetValues("a.x%2Ey.b.c.%20.d");
        Assert.Equal(3, values.Count);
        Assert.Equal("x%2Ey", values.GetRaw("id").ToString());
        Assert.Equal("x.y", values["ID"]);
        Assert.Equal("b", values.GetRaw(1).ToString());
        Assert.True(values.TryGetValue(1, out var second));
        Assert.Equal("b", second);
        Assert.Equal("c.%20.d", values.GetRaw("rest").ToString());
        Assert.True(values.TryGetTokens("rest", out var tokens));
        Assert.Equal(["c", " ", "d"], tokens);
        Assert.True(values.TryGetTokens("id", out tokens));
        Assert.Equal(["x.y"], tokens);
    }

    [Fact]
    public void Values_TokensThatNobodyEncoded_AreRawOnly()
    {
        var values = Pattern.GetValues("a.*.100%.>.b");
        Assert.Equal("*", values.GetRaw(0).ToString());
        Assert.False(values.TryGetValue(0, out _));
        Assert.False(values.TryGetValue(1, out _));
        Assert.False(values.TryGetTokens(2, out _));
        Assert.Throws<FormatException>(() => values["id"]);
    }

    [Fact]
    public void Values_WrongUse_IsSaid()
    {
        var values = Pattern.GetValues("a.b.c.d");
        Assert.Throws<KeyNotFoundException>(() => values["no"]);
        Assert.Throws<KeyNotFoundException>(() => values.GetRaw("no").Length);
        Assert.False(values.TryGetValue("no", out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => values.GetRaw(3).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => values.GetRaw(-1).Length);
        Assert.Throws<InvalidOperationException>(() => values["rest"]);
        Assert.Throws<ArgumentException>(() => Pattern.GetValues("a.b.c"));
        Assert.Equal(0, default(RouteValues).Count);
        Assert.False(default(RouteValues).TryGetValue("id", out _));
        Assert.Throws<KeyNotFoundException>(() => default(RouteValues)["id"]);
    }

    [Fact]
    public void GetRaw_OfAMatch_AllocatesNothing() =>
        Assert.Equal(0, Allocated.By(() => Pattern.GetValues("a.x%2Ey.b.c.%20.d").GetRaw("rest")));
}

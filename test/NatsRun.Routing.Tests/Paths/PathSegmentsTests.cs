namespace NatsRun.Routing.Tests;

public sealed class PathSegmentsTests
{
    [Theory]
    [InlineData("/", new string[0])]
    [InlineData("/?q", new string[0])]
    [InlineData("/index", new[] { "index" })]
    [InlineData("/users/42/", new[] { "users", "42" })]
    [InlineData("/a.b/%2A/%C3%A9?x=/y", new[] { "a.b", "*", "é" })]
    public void TryParse_WellFormedTarget_GivesItsDecodedSegments(string target, string[] expected)
    {
        Assert.True(PathSegments.TryParse(target, out var segments, out _));
        Assert.Equal(expected.Length, segments.Count);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], segments[i]);
            Assert.True(segments.ValueEquals(i, expected[i]));
        }

        Assert.False(segments.ValueEquals(expected.Length, ""));
    }

    [Fact]
    public void Indexer_NoSuchSegment_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Read("/a", 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Read("/", 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Read("/a", -1));

        static string Read(string target, int index)
        {
            Assert.True(PathSegments.TryParse(target, out var segments, out _));
            return segments[index];
        }
    }

    [Fact]
    public void GetRaw_EscapedSegment_StaysEscaped()
    {
        Assert.True(PathSegments.TryParse("/a/%C3%a9/c", out var segments, out _));
        Assert.Equal("%C3%a9", segments.GetRaw(1).ToString());
    }

    [Fact]
    public void ValueEquals_AnySegment_AllocatesNothing()
    {
        Assert.True(Compare());
        Assert.Equal(0, Allocated.By(() => Compare()));

        static bool Compare() =>
            PathSegments.TryParse("/users/%C3%A9", out var segments, out _)
            && segments.ValueEquals(0, "users")
            && segments.ValueEquals(1, "é");
    }
}

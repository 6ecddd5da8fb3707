namespace NatsRun.Routing.Tests;

public sealed class SubjectTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("demo.call.get.users.42")]
    [InlineData("a.b*c.>d.%2A")]
    [InlineData("é.日本.😀")]
    public void IsValid_LiteralSubject_IsTrue(string subject) => Assert.True(Subject.IsValid(subject));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData(".a")]
    [InlineData("a.")]
    [InlineData("a..b")]
    [InlineData("*")]
    [InlineData("a.*")]
    [InlineData("a.*.b")]
    [InlineData("a.>")]
    [InlineData(">.a")]
    [InlineData("a b")]
    [InlineData("a\tb")]
    [InlineData("a\r\nb")]
    [InlineData("a\0b")]
    [InlineData("a\u0085b")]
    [InlineData("a\u007Fb")]
    [InlineData("a\u00A0b")]
    [InlineData("a\u2028b")]
    public void IsValid_NotForPublishing_IsFalse(string subject) => Assert.False(Subject.IsValid(subject));

    [Fact]
    public void IsValid_HalfOfASurrogatePair_IsFalse()
    {
        Assert.False(Subject.IsValid("a\uD83D"));
        Assert.False(Subject.IsValid("\uDE00a"));
        Assert.False(Subject.IsValid("a\uDE00\uD83Db"));
    }

    [Theory]
    [InlineData("a", Subject.MaxBytes)]
    [InlineData("é", Subject.MaxBytes / 2)]
    [InlineData("😀", Subject.MaxBytes / 4)]
    public void IsValid_AtTheLimitInBytes_IsTrueAndFalseAbove(string character, int count)
    {
        var longest = string.Concat(Enumerable.Repeat(character, count));
        Assert.True(Subject.IsValid(longest));
        Assert.False(Subject.IsValid(longest + "a"));
    }

    [Fact]
    public void IsValidPrefix_NoRoomForATokenMore_IsFalse()
    {
        Assert.True(Subject.IsValidPrefix("demo.rooms"));
        Assert.True(Subject.IsValidPrefix(new string('a', Subject.MaxBytes - 2)));
        Assert.False(Subject.IsValidPrefix(new string('a', Subject.MaxBytes - 1)));
        Assert.False(Subject.IsValidPrefix("demo.*"));
        Assert.False(Subject.IsValidPrefix("demo."));
    }

    [Theory]
    [InlineData("demo", "demo", true)]
    [InlineData("demo", "demo.rooms", true)]
    [InlineData("demo.rooms", "demo", true)]
    [InlineData("demo.room", "demo.rooms", false)]
    [InlineData("demo.rooms", "demo.room", false)]
    [InlineData("demo.rooms", "demo.clients", false)]
    [InlineData("demo.a.b", "demo.a.b.c", true)]
    public void PrefixesOverlap_TokenByToken_SaysSo(string first, string second, bool expected) =>
        Assert.Equal(expected, Subject.PrefixesOverlap(first, second));

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("a.b.c")]
    [InlineData(".a..b.")]
    public void EnumerateTokens_AnySubject_GivesWhatSplitGives(string subject)
    {
        var tokens = new List<string>();
        foreach (var token in Subject.EnumerateTokens(subject))
        {
            tokens.Add(token.ToString());
        }

        Assert.Equal(subject.Split('.'), tokens);
    }
}

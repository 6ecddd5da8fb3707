using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace NatsRun.Routing.Tests;

public sealed class SubjectPatternTests
{
    [Theory]
    [InlineData("orders", "orders", 3)]
    [InlineData("orders.*.created", "orders.*.created", 8)]
    [InlineData("logs.>", "logs.>", 4)]
    [InlineData(">", ">", 1)]
    [InlineData("*", "*", 2)]
    [InlineData("orders.{id}.created", "orders.*.created", 8)]
    [InlineData("logs.{*rest}", "logs.>", 4)]
    [InlineData("{_a1}.{A_b}.*.{*Rest}", "*.*.*.>", 7)]
    [InlineData("é.%2A.$JS", "é.%2A.$JS", 9)]
    public void Parse_GoodPattern_GivesFilterAndSpecificity(string text, string filter, int specificity)
    {
        var pattern = SubjectPattern.Parse(text);
        Assert.Equal(text, pattern.Text);
        Assert.Equal(text, pattern.ToString());
        Assert.Equal(filter, pattern.Filter);
        Assert.Equal(specificity, pattern.Specificity);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData(".", "empty token")]
    [InlineData("a..b", "empty token")]
    [InlineData(".a", "empty token")]
    [InlineData("a.", "empty token")]
    [InlineData("a.>.b", "> is not its last token")]
    [InlineData(">.>", "> is not its last token")]
    [InlineData("{*rest}.a", "{*rest} is not its last token")]
    [InlineData("a b", "white space")]
    [InlineData("a.\t", "white space")]
    [InlineData("a\u00A0b", "white space")]
    [InlineData("a\0", "control character")]
    [InlineData("a*.b", "wildcard must be a whole token")]
    [InlineData("**", "wildcard must be a whole token")]
    [InlineData("a>", "wildcard must be a whole token")]
    [InlineData("a{id}", "parameter must be a whole token")]
    [InlineData("{id}a", "parameter must be a whole token")]
    [InlineData("{a}-{b}", "parameter name \"a}-{b\"")]
    [InlineData("{id", "parameter must be a whole token")]
    [InlineData("id}", "parameter must be a whole token")]
    [InlineData("{}", "no name")]
    [InlineData("{*}", "no name")]
    [InlineData("{**rest}", "parameter name \"*rest\"")]
    [InlineData("{id?}", "parameter name \"id?\"")]
    [InlineData("{1a}", "parameter name \"1a\"")]
    [InlineData("{é}", "parameter name \"é\"")]
    [InlineData("{id:guid}", "constraints are not supported")]
    [InlineData("{id}.{id}", "two parameters named \"id\"")]
    [InlineData("{id}.x.{*ID}", "two parameters named \"ID\"")]
    public void Parse_BadPattern_NamesPatternAndReason(string text, string reason)
    {
        var error = Assert.Throws<SubjectPatternException>(() => SubjectPattern.Parse(text));
        Assert.Equal(text, error.Pattern);
        Assert.Contains(reason, error.Reason);
        Assert.Contains($"\"{text}\"", error.Message);
        Assert.Contains(error.Reason, error.Message);
        Assert.False(SubjectPattern.TryParse(text, out var pattern, out var same));
        Assert.Null(pattern);
        Assert.Equal(error.Reason, same);
    }

    [Fact]
    public void Parse_TooLongOrHalfOfASurrogatePair_IsRefused()
    {
        Assert.Contains("1024 bytes", Assert.Throws<SubjectPatternException>(() => SubjectPattern.Parse(new string('é', 513))).Reason);
        Assert.Throws<SubjectPatternException>(() => SubjectPattern.Parse("a\uD83D"));
        Assert.Equal(1024, SubjectPattern.Parse(new string('a', 1024)).Filter.Length);
    }

    [Fact]
    public void Parameters_NamedAndNot_AreInOrder() =>
        Assert.Equal(["id", null, "rest"], SubjectPattern.Parse("a.{id}.*.b.{*rest}").Parameters);

    [Property(Arbitrary = [typeof(Cases)], MaxTest = 5000)]
    public bool IsMatch_AnySubject_IsWhatTheOracleSays(PatternText pattern, SubjectText subject) =>
        SubjectPattern.Parse(pattern.Value).IsMatch(subject.Value) == Oracle.IsMatch(pattern.Value, subject.Value);

    [Property(Arbitrary = [typeof(Cases)], MaxTest = 300)]
    public bool CoversAndOverlaps_TwoPatterns_AreWhatTheirSubjectsSay(PatternText first, PatternText second)
    {
        var (a, b) = (SubjectPattern.Parse(first.Value), SubjectPattern.Parse(second.Value));
        var ofA = Cases.AllSubjects.Where(s => a.IsMatch(s)).ToHashSet();
        var ofB = Cases.AllSubjects.Where(s => b.IsMatch(s)).ToHashSet();
        return a.Covers(b) == ofB.IsSubsetOf(ofA) && a.Overlaps(b) == ofA.Overlaps(ofB) && b.Overlaps(a) == a.Overlaps(b);
    }

    [Property(Arbitrary = [typeof(Cases)], MaxTest = 300)]
    public bool Reduce_AnyPatterns_IsTheLeastSetWithTheSameSubjects(PatternText[] texts)
    {
        var patterns = texts.Select(t => SubjectPattern.Parse(t.Value)).ToArray();
        var reduced = SubjectPattern.Reduce(patterns);
        return patterns.All(p => reduced.Any(r => r.Covers(p)))
            && reduced.All(r => patterns.Contains(r) && !reduced.Any(other => other != r && other.Covers(r)));
    }

    [Fact]
    public void Reduce_SameFilterTwice_KeepsTheFirst()
    {
        var first = SubjectPattern.Parse("a.{id}");
        var reduced = SubjectPattern.Reduce([SubjectPattern.Parse("a.b"), first, SubjectPattern.Parse("a.*"), SubjectPattern.Parse("b.*.c"), SubjectPattern.Parse("b.c.*")]);
        Assert.Equal(["a.{id}", "b.*.c", "b.c.*"], reduced.Select(p => p.Text));
    }

    [Fact]
    public void Format_Values_AreTokens()
    {
        Assert.Equal("orders.a%2Eb.created", SubjectPattern.Parse("orders.{id}.created").Format("a.b"));
        Assert.Equal("orders.%2A.%3E", SubjectPattern.Parse("orders.*.{x}").Format("*", ">"));
        Assert.Equal("a.b.c%20d", SubjectPattern.Parse("a.{*rest}").Format("b", "c d"));
        Assert.Equal("a.b", SubjectPattern.Parse("a.b").Format());
    }

    [Fact]
    public void Format_WrongValues_AreRefused()
    {
        Assert.Contains("takes 1 values, not 0", Assert.Throws<ArgumentException>(() => SubjectPattern.Parse("a.{id}").Format()).Message);
        Assert.Throws<ArgumentException>(() => SubjectPattern.Parse("a.{id}").Format("b", "c"));
        Assert.Throws<ArgumentException>(() => SubjectPattern.Parse("a.{*rest}").Format());
        Assert.Throws<ArgumentException>(() => SubjectPattern.Parse("a.{id}").Format(""));
        Assert.Throws<ArgumentException>(() => SubjectPattern.Parse("a.{id}").Format("\uD83D"));
        Assert.Throws<ArgumentException>(() => SubjectPattern.Parse("a.{id}").Format(new string('.', 400)));
    }

    [Property(Arbitrary = [typeof(Texts)], MaxTest = 1000)]
    public bool Format_AnyValues_ComeBackDecoded(Text first, Text second)
    {
        var pattern = SubjectPattern.Parse("a.{one}.b.{two}");
        if (first.Value.Length == 0 || second.Value.Length == 0)
        {
            return true;
        }

        var values = pattern.GetValues(pattern.Format(first.Value, second.Value));
        return values["one"] == first.Value && values["two"] == second.Value;
    }
}

using FsCheck;
using FsCheck.Fluent;

namespace NatsRun.Routing.Tests;

/// <summary>Patterns and subjects from small alphabets, so that many match and overlap.</summary>
public static class Cases
{
    private static readonly string[] Literals = ["a", "b"];

    /// <summary>Every subject of one to five tokens of three; enough to tell apart patterns of up to four.</summary>
    public static string[] AllSubjects { get; } = [.. Enumerable.Range(1, 5).SelectMany(Subjects)];

    /// <summary>Good patterns of up to four tokens.</summary>
    public static Arbitrary<PatternText> Patterns() =>
        (from head in Gen.Elements("a", "b", "*", "{}").ArrayOf().Resize(3)
         from last in Gen.Elements("a", "b", "*", ">", "{}", "{*}")
         select new PatternText(string.Join('.', head.Take(3).Append(last).Select(Name)))).ToArbitrary();

    /// <summary>Subjects, of which some are bad or carry wildcards as data.</summary>
    public static Arbitrary<SubjectText> SubjectTexts() =>
        Gen.Frequency(
                (12, Gen.Elements(AllSubjects)),
                (3, Gen.Elements("a", "b", "c", "*", ">", "{p0}", "").ArrayOf().Select(tokens => string.Join('.', tokens))))
            .Select(s => new SubjectText(s))
            .ToArbitrary();

    private static string Name(string token, int at) => token switch
    {
        "{}" => $"{{p{at}}}",
        "{*}" => $"{{*p{at}}}",
        _ => token,
    };

    private static IEnumerable<string> Subjects(int tokens) =>
        tokens == 1
            ? [.. Literals, "c"]
            : Subjects(tokens - 1).SelectMany(head => Subjects(1).Select(last => $"{head}.{last}"));
}

/// <summary>A good pattern.</summary>
public sealed record PatternText(string Value);

/// <summary>A subject, good or bad.</summary>
public sealed record SubjectText(string Value);

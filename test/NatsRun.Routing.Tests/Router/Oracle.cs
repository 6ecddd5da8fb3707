namespace NatsRun.Routing.Tests;

/// <summary>Matching as one would write it without a thought for speed.</summary>
internal static class Oracle
{
    public static bool IsMatch(string pattern, string subject)
    {
        var (expected, tokens) = (pattern.Split('.'), subject.Split('.'));
        return tokens.All(t => t.Length > 0)
            && (Kind(expected[^1]) == 2 ? tokens.Length >= expected.Length : tokens.Length == expected.Length)
            && expected.Zip(tokens).All(pair => Kind(pair.First) > 0 || pair.First == pair.Second);
    }

    /// <summary>0 for a literal token, 1 for one token of any kind, 2 for the rest.</summary>
    public static int Kind(string token) => token == ">" || token.StartsWith("{*", StringComparison.Ordinal) ? 2 : token == "*" || token[0] == '{' ? 1 : 0;

    public static int Specificity(string pattern) => pattern.Split('.').Sum(t => 3 - Kind(t));
}

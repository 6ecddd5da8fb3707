namespace NatsRun.Routing;

internal enum PatternTokenKind
{
    Literal,
    Any,
    Rest,
}

/// <summary>One token of a pattern.</summary>
/// <param name="Kind">What it matches.</param>
/// <param name="Literal">The literal, else empty.</param>
/// <param name="Name">The parameter's name, if it has one.</param>
internal readonly record struct PatternToken(PatternTokenKind Kind, string Literal, string? Name)
{
    /// <summary>The token in a NATS subscription subject.</summary>
    public string Filter => Kind switch
    {
        PatternTokenKind.Any => "*",
        PatternTokenKind.Rest => ">",
        _ => Literal,
    };

    /// <summary>What it adds to the pattern's specificity: 3 for a literal, 2 for one token, 1 for the rest.</summary>
    public int Weight => Kind switch
    {
        PatternTokenKind.Any => 2,
        PatternTokenKind.Rest => 1,
        _ => 3,
    };
}

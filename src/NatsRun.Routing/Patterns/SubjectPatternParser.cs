namespace NatsRun.Routing;

/// <summary>Reads patterns; the only place that knows how they are written.</summary>
internal static class SubjectPatternParser
{
    /// <summary>Splits a pattern into tokens.</summary>
    /// <returns>What is wrong with it, or null.</returns>
    public static string? TryParse(string pattern, out PatternToken[] tokens)
    {
        tokens = [];
        if (pattern.Length == 0)
        {
            return "it is empty";
        }

        if (Characters.HasUnusable(pattern))
        {
            return "it holds white space, a control character or half of a surrogate pair";
        }

        if (!Subject.Fits(pattern))
        {
            return $"it is longer than {Subject.MaxBytes} bytes";
        }

        var parts = pattern.Split('.');
        var read = new PatternToken[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            var reason = TryParseToken(parts[i], out read[i])
                ?? CheckPlace(read[i], i == parts.Length - 1)
                ?? CheckName(read.AsSpan(0, i), read[i].Name);
            if (reason is not null)
            {
                return reason;
            }
        }

        tokens = read;
        return null;
    }

    private static string? TryParseToken(string part, out PatternToken token)
    {
        token = part switch
        {
            "*" => new(PatternTokenKind.Any, "", null),
            ">" => new(PatternTokenKind.Rest, "", null),
            ['{', '*', .. var name, '}'] => new(PatternTokenKind.Rest, "", name),
            ['{', .. var name, '}'] => new(PatternTokenKind.Any, "", name),
            _ => new(PatternTokenKind.Literal, part, null),
        };

        return token.Name is { } parameter ? CheckName(parameter) : token.Kind == PatternTokenKind.Literal ? CheckLiteral(part) : null;
    }

    private static string? CheckLiteral(string part)
    {
        if (part.Length == 0)
        {
            return "it has an empty token";
        }

        if (part.AsSpan().IndexOfAny('*', '>') >= 0 && part[0] != '{')
        {
            return $"a wildcard must be a whole token, which \"{part}\" is not";
        }

        return part.AsSpan().IndexOfAny('{', '}') >= 0
            ? $"a parameter must be a whole token, {{name}} or {{*name}}, which \"{part}\" is not"
            : null;
    }

    private static string? CheckName(string name)
    {
        if (name.Length == 0)
        {
            return "a parameter has no name";
        }

        if (name.Contains(':', StringComparison.Ordinal))
        {
            return $"the parameter \"{name}\" has a constraint (:), and constraints are not supported";
        }

        var valid = !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
        return valid ? null : $"the parameter name \"{name}\" is not made of ASCII letters, digits and _, beginning with no digit";
    }

    private static string? CheckPlace(PatternToken token, bool last) =>
        token.Kind != PatternTokenKind.Rest || last ? null
        : token.Name is null ? "> is not its last token"
        : $"{{*{token.Name}}} is not its last token";

    private static string? CheckName(ReadOnlySpan<PatternToken> before, string? name)
    {
        foreach (var token in before)
        {
            if (name is not null && string.Equals(name, token.Name, StringComparison.OrdinalIgnoreCase))
            {
                return $"it has two parameters named \"{name}\"";
            }
        }

        return null;
    }
}

namespace NatsRun.AspNetCore;

/// <summary>The rule for room ids and client ids.</summary>
internal static class Identifier
{
    public const int MaxLength = 64;

    /// <summary>The rule in words, for error messages.</summary>
    public const string Rule = "1 to 64 characters without '.', '*', '>', '/', white space or control characters";

    /// <summary>Whether an id follows the rule. Anything else could widen a subscription or leave the layer's subjects.</summary>
    public static bool IsValid(ReadOnlySpan<char> id)
    {
        if (id.IsEmpty || id.Length > MaxLength)
        {
            return false;
        }

        for (var i = 0; i < id.Length; i++)
        {
            var c = id[i];
            if (c is '.' or '*' or '>' or '/' || char.IsWhiteSpace(c) || char.IsControl(c))
            {
                return false;
            }

            if (char.IsSurrogate(c) && !(char.IsHighSurrogate(c) && ++i < id.Length && char.IsLowSurrogate(id[i])))
            {
                return false;
            }
        }

        return true;
    }
}

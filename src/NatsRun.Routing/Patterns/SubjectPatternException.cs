namespace NatsRun.Routing;

/// <summary>A pattern cannot be read. The message names the pattern and the reason.</summary>
public sealed class SubjectPatternException : FormatException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="pattern">The pattern as it was given.</param>
    /// <param name="reason">What is wrong with it, as a sentence without its full stop.</param>
    public SubjectPatternException(string pattern, string reason)
        : base($"The subject pattern \"{pattern}\" is not valid: {reason}.")
    {
        Pattern = pattern;
        Reason = reason;
    }

    /// <summary>The pattern as it was given.</summary>
    public string Pattern { get; }

    /// <summary>What is wrong with it.</summary>
    public string Reason { get; }
}

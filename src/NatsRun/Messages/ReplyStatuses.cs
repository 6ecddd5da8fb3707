namespace NatsRun;

/// <summary>What a gateway answers to a reply at its inbox, in the header <see cref="HeaderNames.ReplyStatus"/>.</summary>
public static class ReplyStatuses
{
    /// <summary>Somebody waited, and has the reply now.</summary>
    public const string Taken = "taken";

    /// <summary>Nobody waits any more.</summary>
    public const string Gone = "gone";
}

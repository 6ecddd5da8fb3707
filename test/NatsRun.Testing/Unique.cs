namespace NatsRun.Testing;

/// <summary>Names that no other test uses, fit for subjects, streams, consumers and buckets.</summary>
public static class Unique
{
    public static string Name(string prefix = "t") => $"{prefix}-{Guid.NewGuid().ToString("N")[..12]}";
}

using System.Collections.Concurrent;

namespace NatsRun.AspNetCore;

/// <summary>How long streams keep their messages, as seen when the queue routes were last checked.</summary>
internal sealed class StreamAges
{
    private readonly ConcurrentDictionary<string, TimeSpan> _ages = new(StringComparer.Ordinal);

    public void Set(string stream, TimeSpan maxAge) => _ages[stream] = maxAge;

    /// <summary>The stream's max age; null when it keeps messages without an end or is not known.</summary>
    public TimeSpan? MaxAgeOf(string stream) => _ages.TryGetValue(stream, out var age) && age > TimeSpan.Zero ? age : null;
}

using System.Collections.Concurrent;

namespace NatsRun.AspNetCore;

/// <summary>
/// Tickets that were verified, by the cookie's text. Bounded: the entries live in two generations, and when the younger one is
/// full it becomes the elder and the elder is forgotten. What is used meanwhile moves to the younger one. Revocation and expiry
/// are not the cache's business. Thread-safe.
/// </summary>
/// <param name="generationSize">Entries per generation; at most twice as many are kept.</param>
internal sealed class TicketCache(int generationSize = TicketCache.DefaultGenerationSize)
{
    public const int DefaultGenerationSize = 50_000;

    private readonly Lock _turning = new();
    private volatile Generation _young = new();
    private volatile Generation _old = new();

    public int Count => _young.Count + _old.Count;

    public SessionTicket? Find(ReadOnlySpan<char> cookie)
    {
        if (_young.Lookup.TryGetValue(cookie, out var ticket))
        {
            return ticket;
        }

        if (_old.Lookup.TryGetValue(cookie, out var key, out ticket))
        {
            Add(key, ticket);
            return ticket;
        }

        return null;
    }

    public void Add(string cookie, SessionTicket ticket)
    {
        var generation = _young;
        if (!generation.TryReserve(generationSize))
        {
            generation = Turn(generation);
        }

        if (!generation.Tickets.TryAdd(cookie, ticket))
        {
            generation.Release();
        }
    }

    private Generation Turn(Generation full)
    {
        lock (_turning)
        {
            if (_young == full)
            {
                _old = full;
                _young = new Generation();
            }

            _young.TryReserve(int.MaxValue);
            return _young;
        }
    }

    private sealed class Generation
    {
        private int _count;

        public Generation() => Lookup = Tickets.GetAlternateLookup<ReadOnlySpan<char>>();

        public ConcurrentDictionary<string, SessionTicket> Tickets { get; } = new(StringComparer.Ordinal);

        public ConcurrentDictionary<string, SessionTicket>.AlternateLookup<ReadOnlySpan<char>> Lookup { get; }

        public int Count => Volatile.Read(ref _count);

        public bool TryReserve(int limit)
        {
            if (Interlocked.Increment(ref _count) <= limit)
            {
                return true;
            }

            Release();
            return false;
        }

        public void Release() => Interlocked.Decrement(ref _count);
    }
}

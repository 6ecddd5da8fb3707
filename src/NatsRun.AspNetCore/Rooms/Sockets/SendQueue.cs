namespace NatsRun.AspNetCore;

/// <summary>What happened to an item that was to wait.</summary>
internal enum Enqueued
{
    /// <summary>It waits, and a writer is already at work.</summary>
    Waits,

    /// <summary>It waits, and the caller must start a writer.</summary>
    NeedsWriter,

    /// <summary>It was not taken, since it would exceed the limit.</summary>
    Full,

    /// <summary>It was not taken, since nothing comes after a close.</summary>
    Closed,
}

/// <summary>A message, or with a close code the end.</summary>
internal readonly record struct Outgoing(RoomMessage Message, int CloseCode = 0, string? Reason = null);

/// <summary>
/// What waits for one socket, bounded in bytes. There is at most one writer: it is needed when the first item comes and ends when
/// it finds nothing more. A new queue counts as having its writer already, so that items wait until the socket is there. Thread-safe.
/// </summary>
internal sealed class SendQueue(int maxBytes)
{
    /// <summary>Counted for each message, so that empty ones are bounded too.</summary>
    public const int Overhead = 64;

    private readonly Lock _lock = new();
    private readonly Queue<Outgoing> _items = new();
    private int _bytes;
    private bool _writing = true;
    private bool _closed;

    public Enqueued Enqueue(in RoomMessage message)
    {
        lock (_lock)
        {
            if (_closed)
            {
                return Enqueued.Closed;
            }

            var size = message.Payload.Length + Overhead;
            if (size > maxBytes - _bytes && _bytes > 0)
            {
                return Enqueued.Full;
            }

            _bytes += size;
            return Add(new Outgoing(message));
        }
    }

    /// <summary>Lets a close follow what waits, or take its place. Only the first close counts.</summary>
    public Enqueued Close(int code, string reason, bool dropWaiting)
    {
        lock (_lock)
        {
            if (_closed)
            {
                return Enqueued.Closed;
            }

            _closed = true;
            if (dropWaiting)
            {
                _items.Clear();
            }

            return Add(new Outgoing(default, code, reason));
        }
    }

    /// <summary>Takes the next item for the writer; on false the writer must end.</summary>
    public bool TryDequeue(out Outgoing item)
    {
        lock (_lock)
        {
            _writing = _items.TryDequeue(out item);
            _bytes = item.CloseCode != 0 || !_writing ? 0 : _bytes - item.Message.Payload.Length - Overhead;
            return _writing;
        }
    }

    private Enqueued Add(in Outgoing item)
    {
        _items.Enqueue(item);
        if (_writing)
        {
            return Enqueued.Waits;
        }

        _writing = true;
        return Enqueued.NeedsWriter;
    }
}

namespace NatsRun.AspNetCore;

/// <summary>
/// Takes what one socket sends to NATS, in order. While NATS is away some of it is kept here, so that pings and closes are still
/// read; when that is full, whoever sends waits, and the socket is not read. For one caller at a time.
/// </summary>
internal sealed class RoomOutbox(RoomPublisher publisher, RoomAdmission admission, RoomOptions options, TimeProvider time)
{
    private readonly TokenBucket _bucket = new(options.MessagesPerSecond, options.Burst, time);
    private readonly ClientHeaders _headers = new(admission);
    private readonly string _subject = publisher.Subjects.OfMessage(admission.RoomId, RoomSubjects.Everyone, RoomSubjects.Message);
    private readonly Lock _lock = new();
    private readonly Queue<RoomMessage> _kept = new();
    private int _keptBytes;
    private bool _isSendingKept;
    private Task _sendingKept = Task.CompletedTask;

    /// <summary>Sends a message on, or keeps it. The payload may change when this has completed.</summary>
    /// <returns>False when the server would refuse the message.</returns>
    public async ValueTask<bool> SendAsync(RoomMessage message, CancellationToken cancellationToken)
    {
        if (_bucket.Take() is { Ticks: > 0 } wait)
        {
            await Task.Delay(wait, time, cancellationToken);
        }

        if (!publisher.Fits(message.Payload.Length))
        {
            return false;
        }

        if (!publisher.IsConnected || Volatile.Read(ref _isSendingKept))
        {
            await KeepAsync(message, cancellationToken);
            return true;
        }

        await PublishAsync(message, cancellationToken);
        return true;
    }

    private async ValueTask KeepAsync(RoomMessage message, CancellationToken cancellationToken)
    {
        if (!HasRoomFor(message))
        {
            await _sendingKept.WaitAsync(cancellationToken);
        }

        var start = false;
        lock (_lock)
        {
            _kept.Enqueue(message with { Payload = message.Payload.ToArray() });
            _keptBytes += SizeOf(message);
            (start, _isSendingKept) = (!_isSendingKept, true);
        }

        if (start)
        {
            _sendingKept = SendKeptAsync(cancellationToken);
        }
    }

    private async Task SendKeptAsync(CancellationToken cancellationToken)
    {
        while (TryTakeKept(out var message))
        {
            await PublishAsync(message, cancellationToken);
        }
    }

    private bool TryTakeKept(out RoomMessage message)
    {
        lock (_lock)
        {
            _isSendingKept = _kept.TryDequeue(out message);
            _keptBytes -= _isSendingKept ? SizeOf(message) : 0;
            return _isSendingKept;
        }
    }

    private bool HasRoomFor(in RoomMessage message)
    {
        lock (_lock)
        {
            return _keptBytes + SizeOf(message) <= options.MaxMessageBytes;
        }
    }

    private ValueTask PublishAsync(in RoomMessage message, CancellationToken cancellationToken) =>
        publisher.PublishAsync(_subject, message.Payload, _headers.For(message.IsText), cancellationToken);

    private static int SizeOf(in RoomMessage message) => message.Payload.Length + SendQueue.Overhead;
}

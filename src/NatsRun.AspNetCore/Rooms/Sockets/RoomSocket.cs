namespace NatsRun.AspNetCore;

/// <summary>
/// One client's socket: what waits for it, what comes from it, and how it ends. It exists before its connection is upgraded, so that
/// it can be a member first and misses nothing. Everything but <see cref="RunAsync"/> may be called from any thread and never waits.
/// </summary>
#pragma warning disable CA1001 // A source without a timer holds nothing to dispose of, and whoever cuts the socket may come late.
internal sealed class RoomSocket : IThreadPoolWorkItem
#pragma warning restore CA1001
{
    private readonly RoomOptions _options;
    private readonly TimeProvider _time;
    private readonly Action _abortConnection;
    private readonly SendQueue _queue;
    private readonly CancellationTokenSource _aborted = new();
    private readonly TaskCompletionSource _closeSent = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WebSocketLink? _link;
    private readonly Lock _lock = new();
    private long _closing;
    private bool _ended;
    private Exception? _failure;
    private volatile int _closeCode;

    public RoomSocket(RoomAdmission admission, RoomOptions options, TimeProvider time, Action abortConnection)
    {
        Admission = admission;
        _options = options;
        _time = time;
        _abortConnection = abortConnection;
        _queue = new SendQueue(options.SendQueueBytes);
    }

    public RoomAdmission Admission { get; }

    /// <summary>The code it is being closed with, 0 while it is not.</summary>
    public int CloseCode => _closeCode;

    /// <summary>Queues a message.</summary>
    /// <returns>False when the queue was full, so that the socket is now being closed.</returns>
    public bool Send(in RoomMessage message)
    {
        var outcome = _queue.Enqueue(message);
        if (outcome == Enqueued.NeedsWriter)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        return outcome != Enqueued.Full || !Close(CloseCodes.SlowConsumer, "slow consumer", dropWaiting: true);
    }

    /// <summary>Closes the socket: what waits goes out first, unless it is dropped. The first close counts.</summary>
    /// <returns>Whether this was the first.</returns>
    public bool Close(int code, string reason, bool dropWaiting = false)
    {
        var outcome = _queue.Close(code, reason, dropWaiting);
        if (outcome == Enqueued.Closed)
        {
            return false;
        }

        _closeCode = code;
        Volatile.Write(ref _closing, _time.GetTimestamp());
        if (outcome == Enqueued.NeedsWriter)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        return true;
    }

    /// <summary>Cuts the connection.</summary>
    public void Abort()
    {
        _queue.Close(CloseCodes.GoingAway, "", dropWaiting: true);
        _aborted.Cancel();
        _link?.Abort();
        lock (_lock)
        {
            if (!_ended)
            {
                _abortConnection();
            }
        }
    }

    /// <summary>Says that the request is about to end, after which its connection must not be touched.</summary>
    public void End()
    {
        lock (_lock)
        {
            _ended = true;
        }
    }

    /// <summary>Cuts the connection of a peer that is silent or does not answer a close in time.</summary>
    public bool AbortIfDead(long now)
    {
        var closing = Volatile.Read(ref _closing);
        var dead = closing != 0
            ? _time.GetElapsedTime(closing, now) > _options.CloseTimeout
            : _link is { } link && link.Silence(now) > _options.PingInterval + _options.PingTimeout;
        if (dead)
        {
            Abort();
        }

        return dead;
    }

    /// <summary>Serves the upgraded connection until it has ended.</summary>
    /// <param name="stream">The connection.</param>
    /// <param name="outbox">Takes what the client sends.</param>
    public async Task RunAsync(Stream stream, RoomOutbox outbox)
    {
        using var link = new WebSocketLink(stream, _options, _time);
        _link = link;
        try
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            if (await ReceiveAsync(link, outbox) == Arrival.Close)
            {
                Close(CloseCodes.Normal, "");
                await _closeSent.Task.WaitAsync(_aborted.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        finally
        {
            _queue.Close(CloseCodes.Normal, "", dropWaiting: true);
            await _aborted.CancelAsync();
        }

        if (_failure is { } failure)
        {
            throw new InvalidOperationException("The writer of a socket failed.", failure);
        }
    }

    /// <summary>The writer.</summary>
    async void IThreadPoolWorkItem.Execute()
    {
        try
        {
            while (_queue.TryDequeue(out var item))
            {
                if (item.CloseCode == 0)
                {
                    await _link!.SendAsync(item.Message, _aborted.Token);
                    continue;
                }

                await _link!.SendCloseAsync(item.CloseCode, item.Reason, _aborted.Token);
                _closeSent.TrySetResult();
                return;
            }
        }
        catch (Exception e)
        {
            // Nobody else would see it here: the reader passes on what is no mere loss.
            _failure = WebSocketLink.IsLoss(e) ? null : e;
            Abort();
        }
    }

    private async Task<Arrival> ReceiveAsync(WebSocketLink link, RoomOutbox outbox)
    {
        while (true)
        {
            var arrived = await link.ReceiveAsync(_aborted.Token);
            switch (arrived.Kind)
            {
                case Arrival.Close or Arrival.Lost:
                    return arrived.Kind;
                case Arrival.TooBig:
                    Close(CloseCodes.TooBig, "message too big");
                    break;
                case Arrival.Text or Arrival.Binary when CloseCode == 0:
                    await SendOnAsync(outbox, new RoomMessage(arrived.Payload, arrived.Kind == Arrival.Text));
                    break;
            }
        }
    }

    private async ValueTask SendOnAsync(RoomOutbox outbox, RoomMessage message)
    {
        try
        {
            if (!await outbox.SendAsync(message, _aborted.Token))
            {
                Close(CloseCodes.TooBig, "message too big for NATS");
            }
        }
        catch (OperationCanceledException)
        {
            // The connection was cut, which the next read says too.
        }
    }
}

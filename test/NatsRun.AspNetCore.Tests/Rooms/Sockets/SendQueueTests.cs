namespace NatsRun.AspNetCore.Tests;

public sealed class SendQueueTests
{
    private static readonly RoomMessage TenBytes = new(new byte[10], IsText: false);

    [Fact]
    public void Enqueue_AboveTheLimit_IsRefusedUntilSomethingLeaves()
    {
        var queue = new SendQueue((10 + SendQueue.Overhead) * 2);

        Assert.Equal(Enqueued.Waits, queue.Enqueue(TenBytes));
        Assert.Equal(Enqueued.Waits, queue.Enqueue(TenBytes));
        Assert.Equal(Enqueued.Full, queue.Enqueue(TenBytes));
        Assert.True(queue.TryDequeue(out _));
        Assert.Equal(Enqueued.Waits, queue.Enqueue(TenBytes));
    }

    [Fact]
    public void Enqueue_EmptyMessages_AreBoundedToo()
    {
        var queue = new SendQueue(SendQueue.Overhead * 100);
        var taken = 0;
        while (queue.Enqueue(default) != Enqueued.Full)
        {
            taken++;
        }

        Assert.Equal(100, taken);
    }

    [Fact]
    public void Enqueue_OneMessageAboveTheLimit_GoesAlone()
    {
        var queue = new SendQueue(5);

        Assert.Equal(Enqueued.Waits, queue.Enqueue(TenBytes));
        Assert.Equal(Enqueued.Full, queue.Enqueue(TenBytes));
    }

    [Fact]
    public void Enqueue_AfterTheWriterEnded_AsksForOneOnce()
    {
        var queue = new SendQueue(1000);
        Assert.False(queue.TryDequeue(out _));

        Assert.Equal(Enqueued.NeedsWriter, queue.Enqueue(TenBytes));
        Assert.Equal(Enqueued.Waits, queue.Enqueue(TenBytes));
    }

    [Fact]
    public void Close_AfterMessages_ComesLastAndOnce()
    {
        var queue = new SendQueue(1000);
        queue.Enqueue(TenBytes);

        Assert.Equal(Enqueued.Waits, queue.Close(1001, "first", dropWaiting: false));
        Assert.Equal(Enqueued.Closed, queue.Close(4000, "second", dropWaiting: true));
        Assert.Equal(Enqueued.Closed, queue.Enqueue(TenBytes));

        Assert.True(queue.TryDequeue(out var message));
        Assert.Equal(0, message.CloseCode);
        Assert.True(queue.TryDequeue(out var close));
        Assert.Equal(1001, close.CloseCode);
        Assert.False(queue.TryDequeue(out _));
    }

    [Fact]
    public void Close_DroppingWhatWaits_ComesNext()
    {
        var queue = new SendQueue(1000);
        queue.Enqueue(TenBytes);

        queue.Close(4000, "slow", dropWaiting: true);

        Assert.True(queue.TryDequeue(out var close));
        Assert.Equal(4000, close.CloseCode);
    }
}

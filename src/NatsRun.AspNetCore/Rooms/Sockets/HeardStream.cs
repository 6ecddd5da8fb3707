namespace NatsRun.AspNetCore;

/// <summary>
/// The upgraded stream, which notes when the peer was last heard. While nobody reads, the peer cannot be heard, and is not
/// silent.
/// </summary>
internal sealed class HeardStream(Stream inner, TimeProvider time) : Stream
{
    private long _since = time.GetTimestamp();
    private volatile bool _reading;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>How long somebody has been reading without anything coming.</summary>
    public TimeSpan Silence(long now) => _reading ? time.GetElapsedTime(Volatile.Read(ref _since), now) : TimeSpan.Zero;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Volatile.Write(ref _since, time.GetTimestamp());
        _reading = true;
        try
        {
            return await inner.ReadAsync(buffer, cancellationToken);
        }
        finally
        {
            _reading = false;
        }
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.WriteAsync(buffer, cancellationToken);

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush() => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}

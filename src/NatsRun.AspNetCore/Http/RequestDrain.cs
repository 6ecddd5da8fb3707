using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace NatsRun.AspNetCore;

/// <summary>Ends the waits of requests in flight some time after the host has begun to stop, so that they do not hold its exit.</summary>
internal sealed class RequestDrain : IDisposable
{
    private readonly CancellationTokenSource _ended = new();
    private readonly CancellationTokenRegistration _stopping;
    private ITimer? _timer;

    public RequestDrain(IHostApplicationLifetime lifetime, IOptions<GatewayOptions> options, TimeProvider time) =>
        _stopping = lifetime.ApplicationStopping.Register(() =>
            _timer = time.CreateTimer(_ => _ended.Cancel(), null, options.Value.DrainTimeout, Timeout.InfiniteTimeSpan));

    /// <summary>Cancelled when the drain is over.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>A token that is cancelled when the client goes away, the drain is over or the limit is reached.</summary>
    public CancellationTokenSource CreateWait(TimeSpan limit, CancellationToken requestAborted)
    {
        var wait = CancellationTokenSource.CreateLinkedTokenSource(requestAborted, _ended.Token);
        wait.CancelAfter(limit);
        return wait;
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _timer?.Dispose();
        _ended.Dispose();
    }
}

using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace NatsRun.AspNetCore;

/// <summary>Bounds how many requests wait for NATS at once, on the node and from one client.</summary>
internal sealed class Admission : IAsyncDisposable
{
    private readonly PartitionedRateLimiter<string> _clients;
    private readonly int _max;
    private int _outstanding;

    public Admission(IOptions<GatewayOptions> options)
    {
        _max = options.Value.MaxOutstandingRequests;
        var perClient = new ConcurrencyLimiterOptions { PermitLimit = options.Value.MaxOutstandingRequestsPerClient, QueueLimit = 0 };
        _clients = PartitionedRateLimiter.Create<string, string>(client => RateLimitPartition.GetConcurrencyLimiter(client, _ => perClient));
    }

    /// <summary>Lets a request in, or says why not. What is let in must be disposed when it is done.</summary>
    public ProblemKind? TryEnter(HttpContext context, string? clientId, out Permit permit)
    {
        permit = default;
        if (Interlocked.Increment(ref _outstanding) > _max)
        {
            Interlocked.Decrement(ref _outstanding);
            return ProblemKind.Overloaded;
        }

        var lease = _clients.AttemptAcquire(clientId ?? context.Connection.RemoteIpAddress?.ToString() ?? "");
        permit = new Permit(this, lease);
        if (lease.IsAcquired)
        {
            return null;
        }

        permit.Dispose();
        permit = default;
        return ProblemKind.TooManyRequests;
    }

    public ValueTask DisposeAsync() => _clients.DisposeAsync();

    /// <summary>The place of one request.</summary>
    public readonly struct Permit(Admission? admission, RateLimitLease? lease) : IDisposable
    {
        public void Dispose()
        {
            if (admission is not null)
            {
                lease?.Dispose();
                Interlocked.Decrement(ref admission._outstanding);
            }
        }
    }
}

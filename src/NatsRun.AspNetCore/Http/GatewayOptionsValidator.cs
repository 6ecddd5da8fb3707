using Microsoft.Extensions.Options;

namespace NatsRun.AspNetCore;

/// <summary>Reports every unusable setting at once.</summary>
internal sealed class GatewayOptionsValidator : IValidateOptions<GatewayOptions>
{
    private static readonly HashSet<string> HopByHop = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
    };

    private static readonly HashSet<string> NeverForwarded = new(StringComparer.OrdinalIgnoreCase)
    {
        "Authorization", "Cookie", "Host", "Content-Length",
        HeaderNames.ClientId, HeaderNames.ClientGuest, HeaderNames.ReplyTo, HeaderNames.ReplyInbox, HeaderNames.RequestId, HeaderNames.ContentType,
        HeaderNames.HttpMethod, HeaderNames.HttpPath, HeaderNames.HttpQuery, HeaderNames.HttpStatus, "traceparent", "tracestate",
    };

    private static readonly HashSet<string> NeverReturned = new(StringComparer.OrdinalIgnoreCase)
    {
        "Set-Cookie", "Content-Length", "Content-Type", "Date", "Server", HeaderNames.RequestId,
    };

    public ValidateOptionsResult Validate(string? name, GatewayOptions options)
    {
        var errors = new List<string>();
        AtLeast(errors, nameof(options.MaxBodyBytes), options.MaxBodyBytes, 0);
        AtLeast(errors, nameof(options.StoreAttempts), options.StoreAttempts, 1);
        AtLeast(errors, nameof(options.MaxOutstandingRequests), options.MaxOutstandingRequests, 1);
        AtLeast(errors, nameof(options.MaxOutstandingRequestsPerClient), options.MaxOutstandingRequestsPerClient, 1);
        Positive(errors, nameof(options.RequestTimeout), options.RequestTimeout);
        Positive(errors, nameof(options.StoreTimeout), options.StoreTimeout);
        Positive(errors, nameof(options.MaxWait), options.MaxWait);
        Positive(errors, nameof(options.DrainTimeout), options.DrainTimeout);
        if (options.QueueWait < TimeSpan.Zero || options.QueueWait > options.MaxWait)
        {
            errors.Add($"{GatewayOptions.Section}:{nameof(options.QueueWait)}: {options.QueueWait} must lie between zero and MaxWait, {options.MaxWait}.");
        }

        Refuse(errors, nameof(options.ForwardedRequestHeaders), options.ForwardedRequestHeaders, NeverForwarded);
        Refuse(errors, nameof(options.ForwardedResponseHeaders), options.ForwardedResponseHeaders, NeverReturned);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static void AtLeast(List<string> errors, string key, int value, int least)
    {
        if (value < least)
        {
            errors.Add($"{GatewayOptions.Section}:{key}: {value} is below {least}.");
        }
    }

    private static void Positive(List<string> errors, string key, TimeSpan value)
    {
        if (value <= TimeSpan.Zero || value > TimeSpan.FromHours(1))
        {
            errors.Add($"{GatewayOptions.Section}:{key}: {value} must be positive and at most an hour.");
        }
    }

    private static void Refuse(List<string> errors, string key, IEnumerable<string> headers, HashSet<string> refused)
    {
        foreach (var header in headers.Where(h => refused.Contains(h) || HopByHop.Contains(h) || h.StartsWith("Nats-", StringComparison.OrdinalIgnoreCase)))
        {
            errors.Add($"{GatewayOptions.Section}:{key}: '{header}' is never passed on.");
        }
    }
}

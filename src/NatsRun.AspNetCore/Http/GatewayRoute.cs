using NatsRun.Routing;

namespace NatsRun.AspNetCore;

/// <summary>One route of the gateway, as endpoint metadata. A catch-all has no template of its own to build subjects from.</summary>
internal sealed class GatewayRoute(DeliveryMode mode, string? method, RouteSubject? subject)
{
    public DeliveryMode Mode => mode;

    /// <summary>The route's name in ids and logs: mode-independent, without anything from a request.</summary>
    public string Name { get; } = subject?.Pattern.Filter ?? "*";

    public SubjectPattern? Pattern => subject?.Pattern;

    /// <summary>The subject of a request that routing has matched to this route.</summary>
    public PathError TryBuild(ReadOnlySpan<char> target, string callPrefix, string requestMethod, out string? built)
    {
        if (subject is not null)
        {
            return subject.TryBuild(target, out built);
        }

        PathCodec.TryEncode(target, callPrefix, method ?? requestMethod, out built, out var error);
        return error;
    }
}

using System.Net;
using Microsoft.Extensions.Options;

namespace NatsRun.AspNetCore;

/// <summary>Which proxies are believed about the client's address, scheme and host. Bound from <c>NatsRun:Proxies</c>.</summary>
public sealed class ProxyOptions
{
    /// <summary>The configuration section these options are bound from.</summary>
    public const string Section = "NatsRun:Proxies";

    /// <summary>
    /// Addresses or networks in CIDR form, such as <c>10.0.0.0/8</c>, whose <c>X-Forwarded-For</c>, <c>-Proto</c> and <c>-Host</c>
    /// headers count. Default: none, so that these headers are passed over.
    /// </summary>
    public IList<string> Known { get; } = [];
}

internal sealed class ProxyOptionsValidator : IValidateOptions<ProxyOptions>
{
    public ValidateOptionsResult Validate(string? name, ProxyOptions options)
    {
        var wrong = options.Known.Where(k => !IPAddress.TryParse(k, out _) && !IPNetwork.TryParse(k, out _)).ToArray();
        return wrong.Length == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(wrong.Select(k => $"{ProxyOptions.Section}:Known: '{k}' is neither an IP address nor a network such as 10.0.0.0/8."));
    }
}

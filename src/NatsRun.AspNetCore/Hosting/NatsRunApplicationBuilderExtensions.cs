using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using NatsRun.AspNetCore;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Adds the gateway's middleware.</summary>
public static class NatsRunApplicationBuilderExtensions
{
    /// <summary>
    /// Checks all options, believes the known proxies, and gives errors without a body problem documents. Call it before other middleware.
    /// </summary>
    /// <param name="app">The application.</param>
    /// <returns>The application.</returns>
    /// <exception cref="OptionsValidationException">Options are not usable; the message has all errors, each with its key.</exception>
    public static IApplicationBuilder UseNatsRun(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        // Mapping routes needs the options already: checked here, all errors come together and not the first one alone.
        app.ApplicationServices.GetService<IStartupValidator>()?.Validate();
        var known = app.ApplicationServices.GetRequiredService<IOptions<ProxyOptions>>().Value.Known;
        if (known.Count > 0)
        {
            app.UseForwardedHeaders(ForwardedFrom(known));
        }

        return app.UseMiddleware<ProblemMiddleware>();
    }

    private static ForwardedHeadersOptions ForwardedFrom(IEnumerable<string> known)
    {
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in known)
        {
            if (IPAddress.TryParse(proxy, out var address))
            {
                options.KnownProxies.Add(address);
            }
            else
            {
                options.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(proxy));
            }
        }

        return options;
    }
}

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using NatsRun.LocalServer;
using NatsRun.LocalServer.Hosting;

namespace Microsoft.Extensions.Hosting;

/// <summary>Adds a local nats-server to a host.</summary>
public static class LocalNatsServerExtensions
{
    private const string UrlKey = "NatsRun:Nats:Url";
    private const string UrlVariable = "NATS_URL";

    /// <summary>
    /// Starts a nats-server with the host, before everything else, and ends it after everything else, when the configuration names no
    /// server: neither <c>NatsRun:Nats:Url</c> nor <c>NATS_URL</c>. <c>NatsRun:Nats:Url</c> is then set to the local server's URL. Where
    /// one of them is set, this does nothing. Options come from the section <c>NatsRun:LocalServer</c>.
    /// </summary>
    /// <remarks>If the server cannot be found or started, so does the host not: it throws <see cref="LocalNatsServerException"/>.</remarks>
    /// <param name="builder">The host's builder. Call this after the last configuration source was added.</param>
    /// <param name="configure">Changes the options after they were read.</param>
    /// <returns>The builder.</returns>
    public static IHostApplicationBuilder AddLocalNatsServer(
        this IHostApplicationBuilder builder, Action<LocalNatsServerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (!string.IsNullOrEmpty(builder.Configuration[UrlKey]) || !string.IsNullOrEmpty(builder.Configuration[UrlVariable]))
        {
            return builder;
        }

        var options = new LocalNatsServerOptions();
        builder.Configuration.GetSection(LocalNatsServerOptions.SectionName).Bind(options);
        configure?.Invoke(options);
        options.Port = options.Port == 0 ? LoopbackPort.PickFree() : options.Port;
        builder.Configuration.AddInMemoryCollection([new(UrlKey, $"nats://127.0.0.1:{options.Port}")]);

        // Hosted services start in the order of their registration and stop in the opposite one.
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.Insert(0, ServiceDescriptor.Singleton<IHostedService>(
            services => new LocalNatsServerService(
                options, services.GetRequiredService<ILogger<LocalNatsServer>>(), services.GetRequiredService<TimeProvider>())));
        return builder;
    }
}

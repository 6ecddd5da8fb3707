using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.KeyValueStore;
using NatsRun;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds NatsRun to an application.</summary>
public static class NatsRunExtensions
{
    /// <summary>
    /// Adds the shared NATS connection (as <see cref="INatsConnection"/>, <see cref="INatsJSContext"/> and
    /// <see cref="INatsKVContext"/>), the topology and the handlers. It can be called more than once: every call returns the
    /// builder of the same application.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <returns>A builder for the other parts.</returns>
    public static NatsRunBuilder AddNatsRun(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (services.FirstOrDefault(s => s.ServiceType == typeof(NatsRunBuilder))?.ImplementationInstance is NatsRunBuilder existing)
        {
            return existing;
        }

        var builder = new NatsRunBuilder(services, new Topology());
        services.AddSingleton(builder);
        services.AddSingleton(builder.Topology);
        services.AddSingleton<Readiness>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<NatsServerOptions>().BindConfiguration(NatsServerOptions.Section).ValidateOnStart();
        services.AddOptions<SubjectPrefixOptions>().BindConfiguration(SubjectPrefixOptions.Section).ValidateOnStart();
        services.AddSingleton<IPostConfigureOptions<NatsServerOptions>, NatsServerOptionsSetup>();
        services.AddSingleton<IValidateOptions<NatsServerOptions>, NatsServerOptionsValidator>();
        services.AddSingleton<IValidateOptions<SubjectPrefixOptions>, SubjectPrefixOptionsValidator>();
        services.TryAddSingleton(p => NatsConnectionFactory.Create(
            p.GetRequiredService<IOptions<NatsServerOptions>>().Value,
            p.GetRequiredService<IOptions<SubjectPrefixOptions>>().Value,
            p.GetRequiredService<ILoggerFactory>()));
        services.TryAddSingleton<INatsConnection>(p => p.GetRequiredService<NatsConnection>());
        services.TryAddSingleton<INatsJSContext>(p => new NatsJSContext(p.GetRequiredService<INatsConnection>()));
        services.TryAddSingleton<INatsKVContext>(p => new NatsKVContext(p.GetRequiredService<INatsJSContext>()));
        services.AddSingleton<NatsLink>();
        services.AddSingleton<ReplySender>();
        services.AddSingleton<IHostedService, NatsRunHost>();
        return builder.AddComponent<RequestEndpoints>().AddComponent<WorkQueues>();
    }
}

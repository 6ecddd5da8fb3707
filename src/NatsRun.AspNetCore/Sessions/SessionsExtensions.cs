using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using NatsRun;
using NatsRun.AspNetCore;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the clients' sessions to NatsRun.</summary>
public static class SessionsExtensions
{
    /// <summary>
    /// Adds <see cref="ClientSessions"/>: the cookie <c>clientId</c>, keys and revocations in two key-value buckets that all nodes
    /// share, and the rule about origins. Options: <see cref="SessionOptions"/>. It can be called more than once.
    /// </summary>
    /// <param name="builder">The builder of <c>AddNatsRun</c>.</param>
    /// <returns>The same builder.</returns>
    public static NatsRunBuilder AddSessions(this NatsRunBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        if (services.Any(service => service.ServiceType == typeof(ClientSessions)))
        {
            return builder;
        }

        services.AddOptions<SessionOptions>().BindConfiguration(SessionOptions.Section).ValidateOnStart();
        services.AddSingleton<SessionOptionsSetup>();
        services.AddSingleton<IPostConfigureOptions<SessionOptions>>(p => p.GetRequiredService<SessionOptionsSetup>());
        services.AddSingleton<IValidateOptions<SessionOptions>>(p => p.GetRequiredService<SessionOptionsSetup>());
        services.AddSingleton<IHostedService, SessionBuckets>();
        services.AddSingleton<OriginPolicy>();
        services.AddSingleton(p => new ClientSessions(
            p.GetRequiredService<SessionKeys>(),
            p.GetRequiredService<SessionRevocations>(),
            p.GetRequiredService<IOptions<SessionOptions>>(),
            p.GetRequiredService<TimeProvider>()));
        return builder.AddComponent<SessionKeys>().AddComponent<SessionRevocations>();
    }
}

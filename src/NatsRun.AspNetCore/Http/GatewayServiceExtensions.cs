using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using NatsRun;
using NatsRun.AspNetCore;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the gateway to NatsRun.</summary>
public static class GatewayServiceExtensions
{
    /// <summary>
    /// Adds what <c>MapNatsRequest</c>, <c>MapNatsQueue</c>, <c>MapNatsPublish</c> and <c>MapNatsCatchAll</c> need: delivery and
    /// sessions. Rooms are added by <c>AddRooms</c>.
    /// </summary>
    /// <param name="builder">The builder that <c>AddNatsRun</c> returns.</param>
    /// <returns>The same builder.</returns>
    public static NatsRunBuilder AddGateway(this NatsRunBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddRouting();
        services.AddOptions<GatewayOptions>().BindConfiguration(GatewayOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<GatewayOptions>, GatewayOptionsValidator>();
        services.AddOptions<ProxyOptions>().BindConfiguration(ProxyOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ProxyOptions>, ProxyOptionsValidator>();
        services.AddSingleton<Gateway>();
        services.AddSingleton<Admission>();
        services.AddSingleton<MessageHeaders>();
        services.AddSingleton<RequestDrain>();
        services.AddSingleton<RequestDelivery>();
        services.AddSingleton<QueueDelivery>();
        services.AddSingleton<StreamPublisher>();
        services.AddSingleton<StreamFacts>();
        services.AddSingleton<ReplyWriter>();
        services.AddSingleton<ExplicitRoutes>();
        services.AddSingleton<IHostedService>(p => p.GetRequiredService<QueueRouteCheck>());
        return builder.AddSessions().AddComponent<ReplyInbox>().AddComponent<QueueRouteCheck>();
    }
}

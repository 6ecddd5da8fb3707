using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using NatsRun;
using NatsRun.AspNetCore;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds rooms to an application.</summary>
public static class RoomsExtensions
{
    /// <summary>
    /// Adds what sockets in rooms need, and <see cref="Rooms"/> to send from the server's side. The sockets themselves come with
    /// <c>MapRooms</c>. It needs the sessions, which are added by themselves; calling it again adds nothing but the settings.
    /// </summary>
    /// <param name="builder">The builder of <c>AddNatsRun</c>.</param>
    /// <param name="configure">Settings in code; they come after those of the configuration section <c>NatsRun:Rooms</c>.</param>
    /// <returns>The builder.</returns>
    public static NatsRunBuilder AddRooms(this NatsRunBuilder builder, Action<RoomOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        if (configure is not null)
        {
            services.PostConfigure(configure);
        }

        if (services.Any(service => service.ServiceType == typeof(RoomEndpoint)))
        {
            return builder;
        }

        services.AddOptions<RoomOptions>().BindConfiguration(RoomOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<RoomOptions>, RoomOptionsValidator>();
        services.AddSingleton<RoomSubjects>();
        services.AddSingleton<RoomPublisher>();
        services.AddSingleton<SocketRegistry>();
        services.AddSingleton<RoomRegistry>();
        services.AddSingleton<RoomHandshake>();
        services.AddSingleton<RoomEndpoint>();
        services.TryAddSingleton(p => new Rooms(p.GetRequiredService<RoomPublisher>(), p.GetRequiredService<IOptions<RoomOptions>>().Value));
        services.AddSingleton<IHostedService, SocketWatch>();
        return builder.AddSessions().AddComponent<PushSubscription>();
    }
}

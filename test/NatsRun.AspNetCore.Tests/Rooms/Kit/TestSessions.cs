using Microsoft.Extensions.DependencyInjection;

namespace NatsRun.AspNetCore.Tests;

/// <summary>Sessions for the tests of rooms.</summary>
internal static class TestSessions
{
    public static void Add(IServiceCollection services, Action<SessionOptions>? configure)
    {
        services.AddSingleton<ClientSessions>();
        services.AddSingleton<OriginPolicy>();
        services.Configure(configure ?? (_ => { }));
    }

    /// <summary>A new session: the client's id and the header that carries it.</summary>
    public static (string ClientId, string Cookie) Create(RoomApp app)
    {
        _ = app;
        var id = "c" + Guid.NewGuid().ToString("N")[..16].Replace('0', 'a').Replace('1', 'a').Replace('8', 'a').Replace('9', 'a');
        return (id, "clientId=" + id);
    }

    public static void Revoke(RoomApp app, string clientId) => app.Services.GetRequiredService<ClientSessions>().Revoke(clientId);
}

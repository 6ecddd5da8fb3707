using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using NatsRun.Testing;

namespace NatsRun.AspNetCore.Tests;

/// <summary>Sessions for the tests of rooms.</summary>
internal static class TestSessions
{
    /// <summary>A new session: the client's id and the cookie that carries it.</summary>
    public static async Task<(string ClientId, string Cookie)> CreateAsync(RoomApp app)
    {
        var sessions = app.Services.GetRequiredService<ClientSessions>();
        var (id, cookie) = ("", "");
        await Eventually.True(
            () =>
            {
                var context = new DefaultHttpContext { RequestServices = app.Services };
                var established = sessions.Establish(context, out id) is null;
                cookie = context.Response.Headers.SetCookie.ToString().Split(';')[0];
                return established;
            },
            "the keys of sessions are loaded");
        return (id, cookie);
    }

    public static Task RevokeAsync(RoomApp app, string clientId) =>
        app.Services.GetRequiredService<ClientSessions>().RevokeAsync(clientId);
}

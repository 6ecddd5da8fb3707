using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace NatsRun.AspNetCore.Tests;

/// <summary>Sessions for the tests of rooms.</summary>
internal static class TestSessions
{
    /// <summary>A new session: the client's id and the header that carries it.</summary>
    public static (string ClientId, string Cookie) Create(RoomApp app)
    {
        var context = new DefaultHttpContext { RequestServices = app.Services };
        var refusal = app.Services.GetRequiredService<ClientSessions>().Establish(context, out var clientId);
        Assert.Null(refusal);
        return (clientId, context.Response.Headers.SetCookie.ToString().Split(';')[0]);
    }

    public static Task RevokeAsync(RoomApp app, string clientId) => app.Services.GetRequiredService<ClientSessions>().RevokeAsync(clientId);
}

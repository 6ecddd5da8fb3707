using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using NatsRun.AspNetCore;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Sessions for an application's own endpoints.</summary>
public static class SessionEndpointExtensions
{
    private static readonly object ClientIdKey = new();

    /// <summary>
    /// Makes sure that whoever asks has a session before the endpoint runs: a new client gets its cookie, a revoked session is
    /// answered with 401, and while sessions cannot be checked the answer is 503.
    /// </summary>
    /// <typeparam name="TBuilder">The kind of builder.</typeparam>
    /// <param name="builder">The endpoint or group.</param>
    /// <returns>The same builder.</returns>
    public static TBuilder WithSession<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.Finally(endpoint =>
        {
            var next = endpoint.RequestDelegate!;
            endpoint.RequestDelegate = context =>
            {
                if (context.RequestServices.GetRequiredService<ClientSessions>().Establish(context, out var clientId) is { } refusal)
                {
                    return Problem.WriteAsync(context, refusal);
                }

                context.Items[ClientIdKey] = clientId;
                return next(context);
            };
        });
        return builder;
    }

    /// <summary>
    /// Maps a GET endpoint that gives whoever asks a session and says its client id, as <c>{"clientId":"c…"}</c>: the cookie is
    /// encrypted and hidden from scripts, and a socket's URL needs the id.
    /// </summary>
    /// <param name="endpoints">The endpoints.</param>
    /// <param name="pattern">The route's template.</param>
    /// <returns>A builder for conventions.</returns>
    public static IEndpointConventionBuilder MapSession(this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string pattern)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        return endpoints.MapMethods(pattern, [HttpMethods.Get], (RequestDelegate)(context =>
        {
            // A client id has no character that JSON escapes.
            context.Response.ContentType = "application/json";
            context.Response.Headers.CacheControl = "no-store";
            return context.Response.WriteAsync($"{{\"clientId\":\"{context.GetClientId()}\"}}", context.RequestAborted);
        })).WithSession();
    }

    /// <summary>The client's id, in an endpoint with <see cref="WithSession"/>.</summary>
    /// <param name="context">The request.</param>
    /// <returns>The id: <c>c</c> and 16 characters of base32.</returns>
    /// <exception cref="InvalidOperationException">The endpoint was mapped without <see cref="WithSession"/>.</exception>
    public static string GetClientId(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Items.TryGetValue(ClientIdKey, out var id) && id is string clientId
            ? clientId
            : throw new InvalidOperationException("The endpoint needs WithSession() for a client id.");
    }
}

using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using NatsRun.AspNetCore;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the sockets of rooms.</summary>
public static class RoomEndpointExtensions
{
    /// <summary>
    /// Lets WebSocket clients join rooms. Without a subprotocol a frame is the bare payload, both ways: what a client sends goes to
    /// everybody in the room, itself included.
    /// </summary>
    /// <param name="endpoints">The application or a group.</param>
    /// <param name="pattern">A route pattern with <c>{roomId}</c> and <c>{clientId}</c>, each a segment of its own.</param>
    /// <returns>The endpoint's conventions.</returns>
    /// <exception cref="InvalidOperationException"><c>AddRooms</c> was not called, or the pattern has not both ids.</exception>
    /// <remarks>
    /// Paths are read from the request target as received: middleware that rewrites paths, other than a path base, hides rooms.
    /// </remarks>
    public static IEndpointConventionBuilder MapRooms(
        this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string pattern = "/{roomId}/{clientId}")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(pattern);
        var rooms = endpoints.ServiceProvider.GetService<RoomEndpoint>()
            ?? throw new InvalidOperationException("Call AddNatsRun().AddRooms() before MapRooms().");
        RoomTarget.Compile(RoutePatternFactory.Parse(pattern));
        RequestDelegate handler = context => rooms.HandleAsync(context, context.GetEndpoint()!.Metadata.GetRequiredMetadata<RoomTarget>());
        var conventions = endpoints.MapMethods(pattern, [HttpMethods.Get], handler);

        // Only the built endpoint knows its whole pattern.
        conventions.Add(endpoint => endpoint.Metadata.Add(RoomTarget.Compile(((RouteEndpointBuilder)endpoint).RoutePattern)));
        return conventions;
    }
}

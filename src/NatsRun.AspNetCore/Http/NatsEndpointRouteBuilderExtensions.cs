using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using NatsRun;
using NatsRun.AspNetCore;

namespace Microsoft.AspNetCore.Builder;

/// <summary>
/// Maps HTTP routes to NATS. The subject of a request is <c>{prefix}.{method}.{path}</c>, the path's segments as tokens. Every
/// segment of a template must be a literal or one required parameter; a catch-all parameter may be the last. Literals count in
/// the template's case, whatever the client writes.
/// </summary>
public static class NatsEndpointRouteBuilderExtensions
{
    /// <summary>Maps a route to a core NATS request below the call prefix: the client gets the reply.</summary>
    /// <param name="endpoints">The endpoints.</param>
    /// <param name="method">The HTTP method, upper case. A GET route answers HEAD too.</param>
    /// <param name="template">The route's template.</param>
    /// <returns>A builder for conventions.</returns>
    /// <exception cref="InvalidOperationException">When the endpoints are built: the template cannot be mapped to a subject.</exception>
    public static IEndpointConventionBuilder MapNatsRequest(this IEndpointRouteBuilder endpoints, string method, [StringSyntax("Route")] string template) =>
        Map(endpoints, method, template, DeliveryMode.Request);

    /// <summary>
    /// Maps a route into a stream below the HTTP prefix, for a work-queue handler: the client gets the handler's reply, or 202
    /// when that takes longer than it waits. The start stops when no consumer takes the route's subjects.
    /// </summary>
    /// <param name="endpoints">The endpoints.</param>
    /// <param name="method">The HTTP method, upper case. A GET route answers HEAD too.</param>
    /// <param name="template">The route's template.</param>
    /// <returns>A builder for conventions.</returns>
    /// <exception cref="InvalidOperationException">When the endpoints are built: the template cannot be mapped to a subject.</exception>
    public static IEndpointConventionBuilder MapNatsQueue(this IEndpointRouteBuilder endpoints, string method, [StringSyntax("Route")] string template) =>
        Map(endpoints, method, template, DeliveryMode.Queue);

    /// <summary>Maps a route to a core NATS publish below the call prefix: the client gets 202, whoever listens.</summary>
    /// <param name="endpoints">The endpoints.</param>
    /// <param name="method">The HTTP method, upper case. A GET route answers HEAD too.</param>
    /// <param name="template">The route's template.</param>
    /// <returns>A builder for conventions.</returns>
    /// <exception cref="InvalidOperationException">When the endpoints are built: the template cannot be mapped to a subject.</exception>
    public static IEndpointConventionBuilder MapNatsPublish(this IEndpointRouteBuilder endpoints, string method, [StringSyntax("Route")] string template) =>
        Map(endpoints, method, template, DeliveryMode.Publish);

    /// <summary>
    /// Sends every request that no other route names, of any method, as a core NATS request below the call prefix. A path that
    /// another route names for other methods stays 405.
    /// </summary>
    /// <param name="endpoints">The endpoints.</param>
    /// <returns>A builder for conventions.</returns>
    public static IEndpointConventionBuilder MapNatsCatchAll(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var gateway = endpoints.ServiceProvider.GetRequiredService<Gateway>();
        var explicitRoutes = endpoints.ServiceProvider.GetRequiredService<ExplicitRoutes>();
        var route = new GatewayRoute(DeliveryMode.Request, null, null);
        return endpoints.Map("/{**path}", Handle).WithOrder(int.MaxValue).WithMetadata(route).WithDisplayName("NATS catch-all");

        Task Handle(HttpContext context)
        {
            if (explicitRoutes.MethodsOf(context) is { } allowed)
            {
                context.Response.Headers.Allow = allowed;
                return Problem.WriteAsync(context, ProblemKind.MethodNotAllowed);
            }

            return gateway.HandleAsync(context, route);
        }
    }

    private static IEndpointConventionBuilder Map(IEndpointRouteBuilder endpoints, string method, string template, DeliveryMode mode)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentException.ThrowIfNullOrEmpty(method);
        if (method.AsSpan().ContainsAnyExceptInRange('A', 'Z'))
        {
            throw new ArgumentException($"'{method}' is not an HTTP method in upper case.", nameof(method));
        }

        var gateway = endpoints.ServiceProvider.GetRequiredService<Gateway>();
        var prefixes = endpoints.ServiceProvider.GetRequiredService<IOptions<SubjectPrefixOptions>>().Value;
        var prefix = mode == DeliveryMode.Queue ? prefixes.Http : prefixes.Call;
        string[] methods = HttpMethods.IsGet(method) ? [HttpMethods.Get, HttpMethods.Head] : [method];
        var builder = endpoints.MapMethods(template, methods, (RequestDelegate)Handle);

        // Conventions run when the endpoint is built: only then is the template whole, with the prefixes of its groups.
        builder.Add(endpoint => endpoint.Metadata.Add(
            new GatewayRoute(mode, method, RouteSubject.Create(((RouteEndpointBuilder)endpoint).RoutePattern, prefix, method))));
        return builder;

        Task Handle(HttpContext context) => gateway.HandleAsync(context, context.GetEndpoint()!.Metadata.GetMetadata<GatewayRoute>()!);
    }
}

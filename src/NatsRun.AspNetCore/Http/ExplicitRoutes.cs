using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.Extensions.DependencyInjection;

namespace NatsRun.AspNetCore;

/// <summary>
/// Which methods the application's other routes name for a path. A catch-all takes any method, so routing itself never
/// answers 405 beside it.
/// </summary>
internal sealed class ExplicitRoutes(IServiceProvider services, ParameterPolicyFactory policies)
{
    private volatile Route[]? _routes;

    /// <summary>The union of the methods of all routes that name this path, as the value of <c>Allow</c>; null when the path is free.</summary>
    public string? MethodsOf(HttpContext context)
    {
        SortedSet<string>? methods = null;
        foreach (var route in _routes ??= Load())
        {
            if (route.Matches(context))
            {
                (methods ??= new(StringComparer.Ordinal)).UnionWith(route.Methods);
            }
        }

        return methods is null || methods.Contains(context.Request.Method) ? null : string.Join(", ", methods);
    }

    private Route[] Load() => [.. services.GetRequiredService<EndpointDataSource>().Endpoints
        .OfType<RouteEndpoint>()
        .Where(e => e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Count > 0)
        .Select(e => new Route(e.RoutePattern, [.. e.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods], policies))];

    private sealed class Route
    {
        private readonly TemplateMatcher _matcher;
        private readonly (string Parameter, IRouteConstraint Constraint)[] _constraints;
        private readonly string? _firstLiteral;

        public Route(RoutePattern pattern, string[] methods, ParameterPolicyFactory policies)
        {
            Methods = methods;
            _matcher = new TemplateMatcher(new RouteTemplate(pattern), new RouteValueDictionary(pattern.Defaults));
            _firstLiteral = pattern.PathSegments is [{ Parts: [RoutePatternLiteralPart literal] }, ..] ? "/" + literal.Content : null;
            _constraints = [..
                from parameter in pattern.Parameters
                from reference in parameter.ParameterPolicies
                let constraint = policies.Create(parameter, reference) as IRouteConstraint
                where constraint is not null
                select (parameter.Name, constraint)];
        }

        public string[] Methods { get; }

        public bool Matches(HttpContext context)
        {
            var path = context.Request.Path;
            if (_firstLiteral is not null && !path.StartsWithSegments(_firstLiteral, StringComparison.OrdinalIgnoreCase))
            {
                return false;
            }

            var values = new RouteValueDictionary();
            return _matcher.TryMatch(path, values)
                && _constraints.All(c => c.Constraint.Match(context, null, c.Parameter, values, RouteDirection.IncomingRequest));
        }
    }
}

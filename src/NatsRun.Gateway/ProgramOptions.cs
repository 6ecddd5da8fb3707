using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.Options;
using NatsRun.AspNetCore;

namespace NatsRun.Gateway;

/// <summary>What the gateway serves. Bound from the configuration section <c>NatsRun:Gateway</c>.</summary>
internal sealed class ProgramOptions
{
    public const string Section = "NatsRun:Gateway";

    /// <summary>The explicit routes. Default: none.</summary>
    public List<RouteOptions> Routes { get; } = [];

    /// <summary>Whether every other request becomes a call. Default: true.</summary>
    public bool CatchAll { get; set; } = true;

    /// <summary>The route template of the sockets; empty for none. Default: <c>/rooms/{roomId}/{clientId}</c>.</summary>
    public string? Rooms { get; set; } = "/rooms/{roomId}/{clientId}";

    /// <summary>The path where a client learns its id, which a socket's URL needs; empty for none. Default: <c>/session</c>.</summary>
    public string? Session { get; set; } = "/session";
}

/// <summary>One explicit route.</summary>
internal sealed class RouteOptions
{
    /// <summary>The HTTP method, upper case. Default: <c>GET</c>.</summary>
    public string Method { get; set; } = "GET";

    /// <summary>The route's template, such as <c>/orders/{id}</c>.</summary>
    public string Template { get; set; } = "";

    /// <summary>How requests are delivered. Default: <see cref="DeliveryMode.Request"/>.</summary>
    public DeliveryMode Mode { get; set; } = DeliveryMode.Request;

    public void Map(IEndpointRouteBuilder endpoints)
    {
        switch (Mode)
        {
            case DeliveryMode.Queue:
                endpoints.MapNatsQueue(Method, Template);
                break;
            case DeliveryMode.Publish:
                endpoints.MapNatsPublish(Method, Template);
                break;
            default:
                endpoints.MapNatsRequest(Method, Template);
                break;
        }
    }
}

/// <summary>Reports every unusable route at once.</summary>
internal sealed class ProgramOptionsValidator : IValidateOptions<ProgramOptions>
{
    public ValidateOptionsResult Validate(string? name, ProgramOptions options)
    {
        var errors = new List<string>();
        for (var i = 0; i < options.Routes.Count; i++)
        {
            var route = options.Routes[i];
            var key = $"{ProgramOptions.Section}:Routes:{i}";
            if (route.Method.Length == 0 || route.Method.AsSpan().ContainsAnyExceptInRange('A', 'Z'))
            {
                errors.Add($"{key}:Method: '{route.Method}' is not an HTTP method in upper case.");
            }

            if (!route.Template.StartsWith('/') || !IsTemplate(route.Template))
            {
                errors.Add($"{key}:Template: '{route.Template}' is not a route template that begins with a slash.");
            }

            if (!Enum.IsDefined(route.Mode))
            {
                errors.Add($"{key}:Mode: {route.Mode} is none of Request, Queue and Publish.");
            }
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static bool IsTemplate(string template)
    {
        try
        {
            RoutePatternFactory.Parse(template);
            return true;
        }
        catch (RoutePatternException)
        {
            return false;
        }
    }
}

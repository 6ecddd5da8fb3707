using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using NatsRun;
using NatsRun.AspNetCore;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the endpoints that orchestrators and load balancers ask.</summary>
public static class HealthEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps <c>/healthz</c> (200 while the process lives) and <c>/readyz</c> (200 when it should be sent traffic, else 503 with
    /// the conditions that are not met).
    /// </summary>
    /// <param name="endpoints">The endpoints.</param>
    /// <returns>A builder for conventions on both.</returns>
    public static IEndpointConventionBuilder MapHealth(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var readiness = endpoints.ServiceProvider.GetRequiredService<Readiness>();
        var group = endpoints.MapGroup("");
        group.MapMethods("/healthz", [HttpMethods.Get, HttpMethods.Head], (RequestDelegate)(context => WriteAsync(context, new HealthReport("alive", null))));
        group.MapMethods("/readyz", [HttpMethods.Get, HttpMethods.Head], (RequestDelegate)(context =>
        {
            var unmet = readiness.Unmet.ToDictionary();
            return WriteAsync(context, unmet.Count == 0 ? new HealthReport("ready", null) : new HealthReport("not ready", unmet));
        }));
        return group;
    }

    private static Task WriteAsync(HttpContext context, HealthReport report)
    {
        var response = context.Response;
        response.StatusCode = report.Unmet is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        response.ContentType = "application/json";
        response.Headers.CacheControl = "no-store";
        var body = JsonSerializer.SerializeToUtf8Bytes(report, HealthJson.Default.HealthReport);
        response.ContentLength = body.Length;
        return context.Request.Method == HttpMethods.Head ? Task.CompletedTask : response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}

internal sealed record HealthReport(string Status, Dictionary<string, string>? Unmet);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HealthReport))]
internal sealed partial class HealthJson : JsonSerializerContext;

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace NatsRun.AspNetCore;

/// <summary>
/// Gives errors that come without a body (a path that no route names, a method that none takes) and exceptions of endpoints
/// the gateway's problem documents.
/// </summary>
internal sealed partial class ProblemMiddleware(RequestDelegate next, ILogger<ProblemMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (Refusal(context) is { } detail)
        {
            await Problem.WriteAsync(context, ProblemKind.BadRequest, detail);
            return;
        }

        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }
        catch (BadHttpRequestException e) when (!context.Response.HasStarted)
        {
            await Problem.WriteAsync(context, ProblemKind.BadRequest with { Status = e.StatusCode }, e.Message);
            return;
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            Log.Failed(logger, e, RequestId.Of(context));
            await Problem.WriteAsync(context, ProblemKind.Failed);
            return;
        }

        var response = context.Response;
        if (!response.HasStarted && response is { ContentLength: null, ContentType: null })
        {
            await (response.StatusCode switch
            {
                StatusCodes.Status404NotFound => Problem.WriteAsync(context, ProblemKind.NotFound),
                StatusCodes.Status405MethodNotAllowed => Problem.WriteAsync(context, ProblemKind.MethodNotAllowed),
                StatusCodes.Status415UnsupportedMediaType => Problem.WriteAsync(context, ProblemKind.UnsupportedMediaType),
                _ => Task.CompletedTask,
            });
        }
    }

    /// <summary>
    /// Methods are case-sensitive (RFC 9110, section 9.1), but much of ASP.NET Core takes <c>head</c> for HEAD. CONNECT without a protocol asks for
    /// a tunnel, and <c>*</c> is no resource.
    /// </summary>
    private static string? Refusal(HttpContext context)
    {
        var method = context.Request.Method;
        if (method.AsSpan().ContainsAnyInRange('a', 'z'))
        {
            return "Methods are written in upper case.";
        }

        if (method == HttpMethods.Connect && context.Features.Get<IHttpExtendedConnectFeature>() is not { IsExtendedConnect: true })
        {
            return "This is no tunnel.";
        }

        return context.Features.Get<IHttpRequestFeature>()?.RawTarget == "*" ? "The request target must be a path." : null;
    }

    private static partial class Log
    {
        [LoggerMessage(611, LogLevel.Error, "Request {RequestId} failed")]
        public static partial void Failed(ILogger logger, Exception exception, string requestId);
    }
}

using Microsoft.AspNetCore.Http;
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

    private static partial class Log
    {
        [LoggerMessage(611, LogLevel.Error, "Request {RequestId} failed")]
        public static partial void Failed(ILogger logger, Exception exception, string requestId);
    }
}

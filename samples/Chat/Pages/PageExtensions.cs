using System.Net.Mime;
using Microsoft.Extensions.FileProviders;
using NatsRun;
using NatsRun.AspNetCore;

namespace Chat;

/// <summary>The demo's pages: plain files, with a policy that runs nothing else.</summary>
internal static class PageExtensions
{
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    /// <summary>Serves the page's own files below <c>/assets</c> and sets the security headers of every response.</summary>
    public static void UsePages(this WebApplication app)
    {
        app.Use((context, next) =>
        {
            var headers = context.Response.Headers;
            headers.ContentSecurityPolicy = ContentSecurityPolicy;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            return next(context);
        });
        app.UseStaticFiles(new StaticFileOptions
        {
            RequestPath = "/assets",
            FileProvider = new PhysicalFileProvider(Path.Combine(app.Environment.WebRootPath, "assets")),
            OnPrepareResponse = context => context.Context.Response.Headers.CacheControl = "no-cache",
        });
    }

    /// <summary>Maps the landing page and, for every room, its page: HTML for people, JSON with the socket's address for programs.</summary>
    public static void MapPages(this WebApplication app)
    {
        app.MapGet("/", context => SendPageAsync(context, app.Environment, "index.html"));
        app.MapGet("/{roomId}", (HttpContext context, string roomId, Rooms rooms, Readiness readiness) =>
        {
            if (!rooms.IsRoomId(roomId))
            {
                return Results.NotFound().ExecuteAsync(context);
            }

            context.Response.Headers.Vary = Microsoft.Net.Http.Headers.HeaderNames.Accept;
            context.Response.Headers.CacheControl = "no-store";
            if (WantsHtml(context.Request))
            {
                return SendPageAsync(context, app.Environment, "room.html");
            }

            if (!readiness.IsReady)
            {
                // A page cannot see why a socket is refused: it asks here, and comes back when it is told to.
                context.Response.Headers.RetryAfter = "1";
                return Results.Problem("The room cannot be joined just now.", statusCode: StatusCodes.Status503ServiceUnavailable).ExecuteAsync(context);
            }

            var clientId = context.GetClientId();
            return context.Response.WriteAsJsonAsync(new { room = roomId, clientId, socket = $"{context.Request.Path}/{clientId}" });
        }).WithSession();
    }

    private static bool WantsHtml(HttpRequest request) =>
        request.GetTypedHeaders().Accept.Any(accept => accept.MediaType.Equals(MediaTypeNames.Text.Html, StringComparison.OrdinalIgnoreCase));

    private static Task SendPageAsync(HttpContext context, IWebHostEnvironment environment, string file)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.SendFileAsync(environment.WebRootFileProvider.GetFileInfo(file), context.RequestAborted);
    }
}

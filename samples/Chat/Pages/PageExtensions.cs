using System.Net.Mime;
using Microsoft.Extensions.FileProviders;
using Microsoft.Net.Http.Headers;
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
        // Before routing, which would take every path of two segments for a room's socket.
        app.Map(new PathString("/assets"), assets => assets.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = new PhysicalFileProvider(Path.Combine(app.Environment.WebRootPath, "assets")),
            OnPrepareResponse = file => file.Context.Response.Headers.CacheControl = "no-cache",
        }));
        app.UseRouting();
    }

    /// <summary>Maps the landing page and, for every room, its page: HTML for people, JSON with the socket's address for programs.</summary>
    public static void MapPages(this WebApplication app)
    {
        app.MapGet("/", context => SendPageAsync(context, app.Environment, "index.html"));
        app.MapGet("/{roomId}", (HttpContext context, string roomId, Rooms rooms) =>
        {
            if (!rooms.IsRoomId(roomId))
            {
                return Results.NotFound().ExecuteAsync(context);
            }

            context.Response.Headers.Vary = HeaderNames.Accept;
            context.Response.Headers.CacheControl = "no-store";
            var clientId = context.GetClientId();
            return WantsHtml(context.Request)
                ? SendPageAsync(context, app.Environment, "room.html")
                : context.Response.WriteAsJsonAsync(new { room = roomId, clientId, socket = $"{context.Request.Path}/{clientId}" });
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

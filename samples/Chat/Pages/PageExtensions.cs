using System.Net.Mime;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.FileProviders;
using HeaderNames = Microsoft.Net.Http.Headers.HeaderNames;
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
        string[] methods = [HttpMethods.Get, HttpMethods.Head];
        app.MapMethods("/", methods, context => SendPageAsync(context, app.Environment, "index.html"));
        var pageOfARoom = RoutePatternFactory.Parse("/{roomId}", null, new { roomId = new AsksForHtml() });
        app.Map(pageOfARoom, (HttpContext context, string roomId, Rooms rooms) =>
        {
            context.Response.Headers.Vary = HeaderNames.Accept;
            return rooms.IsRoomId(roomId) ? SendPageAsync(context, app.Environment, "room.html") : Results.NotFound().ExecuteAsync(context);
        }).WithMetadata(new HttpMethodMetadata(methods));
        app.MapMethods("/{roomId}", methods, (HttpContext context, string roomId, Rooms rooms, Readiness readiness) =>
        {
            context.Response.Headers.Vary = HeaderNames.Accept;
            context.Response.Headers.CacheControl = "no-store";
            if (!rooms.IsRoomId(roomId))
            {
                return Results.NotFound();
            }

            if (!readiness.IsReady)
            {
                // A page cannot see why a socket is refused: it asks here, and comes back when it is told to.
                context.Response.Headers.RetryAfter = "1";
                return Results.Problem("The room cannot be joined just now.", statusCode: StatusCodes.Status503ServiceUnavailable);
            }

            var clientId = context.GetClientId();
            return Results.Json(new { room = roomId, clientId, socket = $"{context.Request.PathBase}/{Uri.EscapeDataString(roomId)}/{clientId}" });
        }).WithSession();
    }

    private static Task SendPageAsync(HttpContext context, IWebHostEnvironment environment, string file)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.SendFileAsync(environment.WebRootFileProvider.GetFileInfo(file), context.RequestAborted);
    }

    /// <summary>
    /// Tells people from programs. The page needs no session: its script asks for the socket as programs do, and shows what is wrong.
    /// </summary>
    private sealed class AsksForHtml : IRouteConstraint
    {
        public bool Match(HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
            httpContext?.Request.GetTypedHeaders().Accept
                .Any(accept => accept.MediaType.Equals(MediaTypeNames.Text.Html, StringComparison.OrdinalIgnoreCase)) == true;
    }
}

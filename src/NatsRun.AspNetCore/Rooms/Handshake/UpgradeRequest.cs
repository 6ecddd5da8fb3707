using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Timeouts;

namespace NatsRun.AspNetCore;

/// <summary>The opening handshake of a WebSocket over HTTP/1.1 (RFC 6455, section 4.2).</summary>
internal static class UpgradeRequest
{
    private const string Protocol = "websocket";
    private const string Version = "13";

    /// <summary>Whether the request asks for a WebSocket in the version that we speak, and the server can give one.</summary>
    public static bool IsValid(HttpContext context)
    {
        var headers = context.Request.Headers;
        return HttpProtocol.IsHttp11(context.Request.Protocol)
            && context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
            && HasToken(headers.GetCommaSeparatedValues("Upgrade"), Protocol)
            && HasToken(headers.GetCommaSeparatedValues("Connection"), "Upgrade")
            && headers.SecWebSocketVersion == Version
            && IsKey(headers.SecWebSocketKey.ToString());
    }

    /// <summary>Names in the response what is needed instead (RFC 9110, section 15.5.22; RFC 6455, section 4.4).</summary>
    public static void Ask(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.Upgrade = Protocol;
        headers.SecWebSocketVersion = Version;
        if (HttpProtocol.IsHttp11(context.Request.Protocol))
        {
            headers.Connection = "Upgrade";
        }
    }

    /// <summary>Answers 101 and takes the connection over.</summary>
    /// <returns>The stream, or null when the server has as many upgraded connections as it allows.</returns>
    public static async Task<Stream?> AcceptAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.Upgrade = Protocol;
        headers.Connection = "Upgrade";
        headers.SecWebSocketAccept = AcceptFor(context.Request.Headers.SecWebSocketKey.ToString());
        context.Features.Get<IHttpRequestTimeoutFeature>()?.DisableTimeout();
        try
        {
            return await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
        }
        catch (InvalidOperationException) when (!context.Response.HasStarted)
        {
            headers.Clear();
            return null;
        }
    }

    /// <summary>The proof that the handshake was read (RFC 6455, section 4.2.2, step 5.4).</summary>
    internal static string AcceptFor(string key)
    {
#pragma warning disable CA5350 // The protocol asks for SHA-1; nothing is kept secret by it.
        return Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
    }

    private static bool HasToken(string[] values, string token) =>
        Array.Exists(values, value => value.Trim().Equals(token, StringComparison.OrdinalIgnoreCase));

    private static bool IsKey(string key)
    {
        Span<byte> bytes = stackalloc byte[18];
        return key.Length == 24 && Convert.TryFromBase64String(key, bytes, out var count) && count == 16;
    }
}

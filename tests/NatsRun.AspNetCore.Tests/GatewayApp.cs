using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using NatsRun.Testing;

namespace NatsRun.AspNetCore.Tests;

/// <summary>A gateway on Kestrel and a free port, with prefixes and buckets of its own on a shared NATS server.</summary>
internal sealed class GatewayApp : IAsyncDisposable
{
    private readonly WebApplication _app;

    private GatewayApp(WebApplication app, string prefix, RecordingLogger log)
    {
        _app = app;
        Prefix = prefix;
        Log = log;
        Url = new Uri(app.Urls.First());
        Client = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = Url };
    }

    public string Prefix { get; }

    public RecordingLogger Log { get; }

    public Uri Url { get; }

    /// <summary>A client that keeps no cookies.</summary>
    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    public INatsConnection Nats => Services.GetRequiredService<INatsConnection>();

    /// <summary>Starts a gateway.</summary>
    /// <param name="natsUrl">The NATS server.</param>
    /// <param name="map">Maps routes and handlers; the text is the app's prefix.</param>
    /// <param name="declare">Declares streams and the like.</param>
    /// <param name="prefix">The same prefix as another node's makes this one of its kind.</param>
    /// <param name="settings">Configuration values.</param>
    public static async Task<GatewayApp> StartAsync(
        string natsUrl,
        Action<WebApplication, string> map,
        Action<Topology, string>? declare = null,
        string? prefix = null,
        Dictionary<string, string?>? settings = null)
    {
        prefix ??= Unique.Name("app");
        var log = new RecordingLogger();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddProvider(log);
        builder.Configuration.AddInMemoryCollection(Defaults(natsUrl, prefix)).AddInMemoryCollection(settings ?? []);
        var nats = builder.Services.AddNatsRun().AddGateway();
        declare?.Invoke(nats.Topology, prefix);
        var app = builder.Build();
        app.UseNatsRun();
        app.MapHealth();
        map(app, prefix);
        try
        {
            await app.StartAsync();
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        return new GatewayApp(app, prefix, log);
    }

    /// <summary>Sends bytes as they are over a new connection and reads until the server closes it.</summary>
    public async Task<string> SendRawAsync(string request)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, Url.Port);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        var response = new MemoryStream();
        try
        {
            await stream.CopyToAsync(response);
        }
        catch (IOException)
        {
            // A server that does not read a request to its end may reset the connection behind its response.
        }

        return Encoding.UTF8.GetString(response.ToArray());
    }

    /// <summary>Sends a GET with a request target that no client library would let through, and gives the status code.</summary>
    public async Task<int> GetRawAsync(string target, string method = "GET")
    {
        var response = await SendRawAsync($"{method} {target} HTTP/1.1\r\nHost: 127.0.0.1:{Url.Port}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        return int.Parse(response.AsSpan(9, 3));
    }

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }

    private static Dictionary<string, string?> Defaults(string natsUrl, string prefix) => new()
    {
        ["NatsRun:Nats:Url"] = natsUrl,
        ["NatsRun:Prefixes:Http"] = prefix + ".http",
        ["NatsRun:Prefixes:Call"] = prefix + ".call",
        ["NatsRun:Prefixes:Rooms"] = prefix + ".rooms",
        ["NatsRun:Prefixes:Clients"] = prefix + ".clients",
        ["NatsRun:Sessions:KeyBucket"] = prefix + "-keys",
        ["NatsRun:Sessions:RevocationBucket"] = prefix + "-revoked",
    };
}

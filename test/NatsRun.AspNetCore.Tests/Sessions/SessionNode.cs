using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NatsRun.Testing;

namespace NatsRun.AspNetCore.Tests.Sessions;

/// <summary>Buckets that no other test uses.</summary>
internal sealed record SessionNames
{
    private readonly string _name = Unique.Name();

    public string Keys => _name + "-keys";

    public string Revocations => _name + "-revocations";
}

/// <summary>One gateway node, on Kestrel, that has sessions and nothing else.</summary>
internal sealed class SessionNode : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _client;

    private SessionNode(WebApplication app, RecordingLogger log, ShiftedTime time)
    {
        _app = app;
        Log = log;
        Time = time;
        _client = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = new Uri(app.Urls.First()) };
        Sessions.OnRevoked(Revoked.Enqueue);
    }

    public RecordingLogger Log { get; }

    public ShiftedTime Time { get; }

    public ClientSessions Sessions => Get<ClientSessions>();

    /// <summary>What this node was told to close.</summary>
    public System.Collections.Concurrent.ConcurrentQueue<string> Revoked { get; } = new();

    public static async Task<SessionNode> StartAsync(string natsUrl, SessionNames names, params (string Key, string Value)[] settings)
    {
        var (app, log, time) = Build(natsUrl, names, settings);
        await app.StartAsync();
        return new SessionNode(app, log, time);
    }

    public static (WebApplication App, RecordingLogger Log, ShiftedTime Time) Build(
        string natsUrl, SessionNames names, params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        var (log, time) = (new RecordingLogger(), new ShiftedTime());
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Trace);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["NatsRun:Nats:Url"] = natsUrl,
            ["NatsRun:Nats:ConnectTimeout"] = "00:00:01",
            ["NatsRun:Sessions:KeyBucket"] = names.Keys,
            ["NatsRun:Sessions:RevocationBucket"] = names.Revocations,
        });
        builder.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)));
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddNatsRun().AddSessions().AddSessions();
        var app = builder.Build();
        app.MapGet("/establish", EstablishAsync);
        app.MapGet("/read", (HttpContext context) =>
            context.Response.WriteAsync($"{context.RequestServices.GetRequiredService<ClientSessions>().Read(context, out var id)} {id}"));
        app.MapGet("/twice", async (HttpContext context) =>
        {
            context.RequestServices.GetRequiredService<ClientSessions>().Establish(context, out _);
            await EstablishAsync(context);
        });
        return (app, log, time);
    }

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public async Task<Answer> GetAsync(string path, params string[] cookies)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var cookie in cookies)
        {
            request.Headers.TryAddWithoutValidation("Cookie", cookie);
        }

        using var response = await _client.SendAsync(request);
        response.Headers.TryGetValues("Set-Cookie", out var set);
        return new Answer(response.StatusCode, await response.Content.ReadAsStringAsync(), set?.Single(), response);
    }

    /// <summary>A client without a cookie comes by; its new cookie and id.</summary>
    public async Task<(string Cookie, string Id)> NewClientAsync()
    {
        var answer = await GetAsync("/establish");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return (answer.Cookie, answer.Text);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static async Task EstablishAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "public, max-age=60";
        var problem = context.RequestServices.GetRequiredService<ClientSessions>().Establish(context, out var clientId);
        await (problem is null ? context.Response.WriteAsync(clientId) : Problem.WriteAsync(context, problem));
    }
}

/// <summary>What a node answered.</summary>
internal sealed record Answer(HttpStatusCode Status, string Text, string? SetCookie, HttpResponseMessage Response)
{
    /// <summary>The cookie that was set, as a client sends it.</summary>
    public string Cookie => SetCookie?.Split(';')[0] ?? throw new InvalidOperationException("No cookie was set.");
}

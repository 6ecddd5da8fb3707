using System.Net;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NatsRun.Testing;

namespace NatsRun.AspNetCore.Tests;

/// <summary>One node: Kestrel on a free port, rooms on the given NATS server, below prefixes of its own or of another node.</summary>
public sealed class RoomApp : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RoomApp(WebApplication app, string name)
    {
        _app = app;
        Name = name;
    }

    /// <summary>What the prefixes begin with; nodes with the same name share their rooms.</summary>
    public string Name { get; }

    public RecordingLogger Log { get; } = new();

    public int Port { get; private set; }

    public IServiceProvider Services => _app.Services;

    public Rooms Rooms => _app.Services.GetRequiredService<Rooms>();

    public string RoomsPrefix => Name + ".rooms";

    public string ClientsPrefix => Name + ".clients";

    public static async Task<RoomApp> StartAsync(
        string natsUrl,
        Action<RoomOptions>? options = null,
        string? name = null,
        Action<IEndpointRouteBuilder>? map = null,
        Action<SessionOptions>? sessions = null,
        string? pathBase = null,
        int? upgradeLimit = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Debug);
        builder.WebHost.UseKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Limits.MaxConcurrentUpgradedConnections = upgradeLimit;
        });
        name ??= Unique.Name("rooms");
        builder.Configuration["NatsRun:Nats:Url"] = natsUrl;
        builder.Configuration["NatsRun:Nats:ConnectTimeout"] = "00:00:00.500";
        foreach (var layer in new[] { "Http", "Call", "Rooms", "Clients" })
        {
            builder.Configuration["NatsRun:Prefixes:" + layer] = $"{name}.{layer.ToLowerInvariant()}";
        }

        builder.Services.AddNatsRun().AddSessions().AddRooms(options);
        builder.Services.Configure<SessionOptions>(o => o.AllowGuests = true);
        builder.Services.Configure(sessions ?? (_ => { }));
        var app = builder.Build();
        if (pathBase is not null)
        {
            app.UsePathBase(pathBase);
            app.UseRouting();
        }

        var result = new RoomApp(app, name);
        app.Services.GetRequiredService<ILoggerFactory>().AddProvider(result.Log);
        (map ?? (endpoints => endpoints.MapRooms()))(app);
        await app.StartAsync();
        result.Port = new Uri(app.Urls.Single()).Port;
        return result;
    }

    /// <summary>Joins a room with a polite client.</summary>
    public async Task<RoomClient> JoinAsync(string roomId, string clientId, Action<ClientWebSocketOptions>? configure = null)
    {
        var socket = new ClientWebSocket();
        configure?.Invoke(socket.Options);
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{Port}/{Uri.EscapeDataString(roomId)}/{Uri.EscapeDataString(clientId)}"), CancellationToken.None);
        return new RoomClient(socket);
    }

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}

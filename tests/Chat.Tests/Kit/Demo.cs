using NatsRun.Testing;

namespace Chat.Tests;

/// <summary>The demo as a process of its own, as people run it.</summary>
public sealed class Demo : IAsyncDisposable
{
    private Demo(ChildProcess process, Uri url)
    {
        Process = process;
        Url = url;
        Http = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = url };
    }

    public ChildProcess Process { get; }

    public Uri Url { get; }

    /// <summary>Keeps no cookies: every request comes from somebody new.</summary>
    public HttpClient Http { get; }

    /// <param name="natsUrl">The server to use; <see langword="null"/> lets the demo start its own.</param>
    /// <param name="port">Where to listen; 0 takes a free port.</param>
    /// <param name="inTerminal">Whether the demo gets a terminal, for Ctrl+C.</param>
    public static async Task<Demo> StartAsync(string? natsUrl = null, int port = 0, bool inTerminal = false)
    {
        string[] command = [Repository.Built("Chat", "Chat.dll"), "--urls", $"http://127.0.0.1:{port}"];
        var environment = new Dictionary<string, string?>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["ASPNETCORE_URLS"] = null,
            ["NATS_URL"] = natsUrl,
            ["NatsRun__Nats__Url"] = null,
        };
        var process = inTerminal
            ? ChildProcess.StartInTerminal("dotnet", command, environment)
            : ChildProcess.Start("dotnet", command, environment);
        try
        {
            return new Demo(process, await process.WaitForUrlAsync(TimeSpan.FromSeconds(30)));
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        Process.Send(Signal.Kill);
        await Process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Process.DisposeAsync();
    }
}

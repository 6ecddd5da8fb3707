using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace NatsRun.LocalServer.TestHost;

/// <summary>Says while it starts and while it stops whether the server of the configured URL answers.</summary>
internal sealed class Reporter(IConfiguration configuration) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Console.WriteLine($"started: {await AskAsync()}");
    }

    // Long enough for a Ctrl+C that reached the server to have ended it.
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(200, CancellationToken.None);
        Console.WriteLine($"stopping: {await AskAsync()}");
    }

    private async Task<string> AskAsync()
    {
        var url = new Uri(configuration["NatsRun:Nats:Url"]!);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(url.Host, url.Port);
            using var reader = new StreamReader(client.GetStream());
            return $"{url} answers {(await reader.ReadLineAsync())?[..4]}";
        }
        catch (SocketException)
        {
            return $"{url} is closed";
        }
    }
}

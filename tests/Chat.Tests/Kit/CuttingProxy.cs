using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Chat.Tests;

/// <summary>A TCP relay for one client that delivers nothing more to the server once the client sends certain words, nor these.</summary>
public sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly TaskCompletionSource _cut = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stopping = new();
    private readonly int _serverPort;
    private readonly byte[] _words;
    private readonly Task _relaying;

    /// <param name="serverPort">Where the server listens on 127.0.0.1.</param>
    /// <param name="words">What the server shall not hear.</param>
    public CuttingProxy(int serverPort, string words)
    {
        _serverPort = serverPort;
        _words = Encoding.ASCII.GetBytes(words);
        _listener.Start();
        _relaying = RelayAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Completes when the words came.</summary>
    public Task Cut => _cut.Task;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _relaying.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task RelayAsync()
    {
        using var client = await _listener.AcceptTcpClientAsync(_stopping.Token);
        using var server = new TcpClient();
        await server.ConnectAsync(IPAddress.Loopback, _serverPort, _stopping.Token);
        await Task.WhenAll(
            server.GetStream().CopyToAsync(client.GetStream(), _stopping.Token),
            ForwardAsync(client.GetStream(), server.GetStream()));
    }

    private async Task ForwardAsync(NetworkStream client, NetworkStream server)
    {
        // The end of what went before stands in front, for words that come in two pieces.
        var buffer = new byte[64 * 1024];
        var kept = 0;
        while (await client.ReadAsync(buffer.AsMemory(kept), _stopping.Token) is > 0 and var read)
        {
            var end = kept + read;
            var found = buffer.AsSpan(0, end).IndexOf(_words);
            await server.WriteAsync(buffer.AsMemory(kept, Math.Max(0, (found < 0 ? end : found) - kept)), _stopping.Token);
            if (found >= 0)
            {
                _cut.TrySetResult();
                return;
            }

            kept = Math.Min(end, _words.Length - 1);
            buffer.AsSpan(end - kept, kept).CopyTo(buffer);
        }
    }
}

using NatsRun.Testing;

namespace Chat.Tests.Nodes;

/// <summary>One demo with a nats-server for all tests of a class that harm neither.</summary>
public sealed class ChatHost : IAsyncLifetime
{
    private Demo? _demo;

    public NatsServerFixture Nats { get; } = new();

    public Demo Demo => _demo ?? throw new InvalidOperationException("The demo was not started.");

    public HttpClient Http => Demo.Http;

    public async ValueTask InitializeAsync()
    {
        await Nats.InitializeAsync();
        _demo = await Demo.StartAsync(Nats.Url);
    }

    public async ValueTask DisposeAsync()
    {
        if (_demo is not null)
        {
            await _demo.DisposeAsync();
        }

        await Nats.DisposeAsync();
    }
}

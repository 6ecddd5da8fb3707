using NatsRun.Testing;

namespace Chat.Tests.Browser;

/// <summary>One browser and one demo for all tests that harm neither.</summary>
public sealed class BrowserStage : IAsyncLifetime
{
    private Demo? _demo;

    public Chromium Chromium { get; } = new();

    public NatsServerFixture Nats { get; } = new();

    public Demo Demo => _demo ?? throw new InvalidOperationException("The demo was not started.");

    public async ValueTask InitializeAsync()
    {
        await Nats.InitializeAsync();
        _demo = await Demo.StartAsync(Nats.Url);
        await Chromium.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Chromium.DisposeAsync();
        if (_demo is not null)
        {
            await _demo.DisposeAsync();
        }

        await Nats.DisposeAsync();
    }
}

[CollectionDefinition(Name)]
public sealed class BrowserCollection : ICollectionFixture<BrowserStage>
{
    public const string Name = "browser";
}

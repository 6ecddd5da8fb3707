using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NatsRun.Testing;

namespace NatsRun.LocalServer.Tests.Hosting;

public sealed class LocalNatsServerExtensionsTests
{
    [Theory]
    [InlineData("NatsRun:Nats:Url")]
    [InlineData("NATS_URL")]
    public void AddLocalNatsServer_ServerIsConfigured_DoesNothing(string key)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration[key] = "nats://example.org:4222";
        var services = builder.Services.Count;

        builder.AddLocalNatsServer();

        Assert.Equal(services, builder.Services.Count);
        Assert.Equal("nats://example.org:4222", builder.Configuration[key]);
    }

    [Fact]
    public async Task AddLocalNatsServer_NoServerIsConfigured_StartsFirstAndStopsLast()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration["NATS_URL"] = "";
        var witness = new Witness(builder.Configuration);
        builder.Services.AddHostedService(_ => witness);

        builder.AddLocalNatsServer();
        var port = new Uri(builder.Configuration["NatsRun:Nats:Url"]!).Port;
        Assert.True(await TestHost.RefusesAsync(port));
        using var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        await host.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal([("starting", true), ("stopped", true)], witness.Seen);
        Assert.True(await TestHost.RefusesAsync(port));
    }

    [Fact]
    public async Task AddLocalNatsServer_Options_ComeFromConfigurationAndCode()
    {
        using var folder = new TemporaryFolder();
        var port = FreePort.Pick();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration["NatsRun:LocalServer:StoreDirectory"] = folder.Path;
        var log = new RecordingLogger();
        builder.Services.AddSingleton<Microsoft.Extensions.Logging.ILoggerProvider>(log);

        builder.AddLocalNatsServer(options => options.Port = port);
        using var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        await host.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal($"nats://127.0.0.1:{port}", builder.Configuration["NatsRun:Nats:Url"]);
        Assert.Contains(log.Entries, e => e.Id.Name == "ServerStarted" && e.Message.Contains($":{port}, its data is in {folder.Path}"));
    }

    [Fact]
    public async Task AddLocalNatsServer_ServerCannotStart_FailsTheStart()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.AddLocalNatsServer(options => options.ExecutablePath = TestHost.StandIn("old"));
        using var host = builder.Build();

        var error = await Assert.ThrowsAsync<LocalNatsServerException>(() => host.StartAsync(TestContext.Current.CancellationToken));

        Assert.Contains("2.11 or newer is needed", error.Message);
    }

    [Fact]
    public async Task AddLocalNatsServer_AnotherServiceCannotStart_LeavesNoServer()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.AddLocalNatsServer();
        builder.Services.AddHostedService<Failing>();
        var port = new Uri(builder.Configuration["NatsRun:Nats:Url"]!).Port;
        var host = builder.Build();

        await Assert.ThrowsAsync<NotSupportedException>(() => host.StartAsync(TestContext.Current.CancellationToken));
        Assert.False(await TestHost.RefusesAsync(port));
        host.Dispose();

        Assert.True(await TestHost.RefusesAsync(port));
    }

    private sealed class Witness(IConfiguration configuration) : IHostedLifecycleService
    {
        public List<(string When, bool Answers)> Seen { get; } = [];

        public Task StartingAsync(CancellationToken cancellationToken) => SeeAsync("starting");

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => SeeAsync("stopped");

        private async Task SeeAsync(string when) =>
            Seen.Add((when, !await TestHost.RefusesAsync(new Uri(configuration["NatsRun:Nats:Url"]!).Port)));
    }

    private sealed class Failing : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

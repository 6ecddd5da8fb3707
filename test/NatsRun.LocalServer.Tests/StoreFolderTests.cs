using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using NatsRun.Testing;

namespace NatsRun.LocalServer.Tests;

public sealed class StoreFolderTests
{
    [Fact]
    public async Task StoreDirectory_Given_IsKeptAndReused()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "made", "here");
        await using (var first = await StartAsync(path))
        {
            Assert.Equal(path, first.StoreDirectory);
            await using var connection = new NATS.Client.Core.NatsConnection(new() { Url = first.Url });
            await new NatsJSContext(connection).CreateStreamAsync(new StreamConfig("kept", ["kept.>"]));
        }

        await using var second = await StartAsync(path);
        await using var again = new NATS.Client.Core.NatsConnection(new() { Url = second.Url });
        Assert.Equal("kept", (await new NatsJSContext(again).GetStreamAsync("kept")).Info.Config.Name);
    }

    [Fact]
    public async Task StoreDirectory_InUse_IsRefused()
    {
        using var folder = new TemporaryFolder();
        await using var first = await StartAsync(folder.Path);

        var error = await Assert.ThrowsAsync<LocalNatsServerException>(() => StartAsync(folder.Path));

        Assert.Contains($"The folder {folder.Path} is used by another local nats-server", error.Message);
        Assert.Contains("NatsRun:LocalServer:StoreDirectory", error.Message);
    }

    [Fact]
    public async Task StoreDirectory_CannotBeMade_IsRefused()
    {
        var error = await Assert.ThrowsAsync<LocalNatsServerException>(() => StartAsync("/proc/nowhere"));

        Assert.Contains("/proc/nowhere", error.Message);
    }

    private static Task<LocalNatsServer> StartAsync(string store) =>
        LocalNatsServer.StartAsync(new() { StoreDirectory = store }, new RecordingLogger(), TimeProvider.System);
}

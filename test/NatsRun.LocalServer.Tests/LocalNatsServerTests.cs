using System.Diagnostics;
using Microsoft.Extensions.Logging;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using NatsRun.Testing;

namespace NatsRun.LocalServer.Tests;

public sealed class LocalNatsServerTests
{
    [Fact]
    public async Task StartAsync_WithDefaults_AnswersOnLoopback()
    {
        await using var fixture = await NatsServerFixture.StartAsync();
        await using var connection = await fixture.ConnectAsync();

        Assert.Equal(fixture.Server.Port, connection.ServerInfo!.Port);
        Assert.Equal("127.0.0.1", connection.ServerInfo.Host);
        Assert.True(connection.ServerInfo.JetStreamAvailable);
        Assert.True(fixture.Server.Version >= new Version(2, 11));
        Assert.True(fixture.Log.Has("ServerStarted"));
        Assert.Contains(fixture.Log.Entries, entry => entry is { Level: LogLevel.Debug, Message: "nats-server: Server is ready" });
    }

    [Fact]
    public async Task DisposeAsync_WithTemporaryStore_LeavesNothing()
    {
        var fixture = await NatsServerFixture.StartAsync();
        var (id, store, port) = (fixture.Server.ProcessId!.Value, fixture.Server.StoreDirectory, fixture.Server.Port);
        Assert.True(Directory.Exists(store));

        await fixture.DisposeAsync();
        await fixture.DisposeAsync();

        Assert.False(Processes.Exists(id));
        Assert.False(Directory.Exists(store));
        Assert.True(await TestHost.RefusesAsync(port));
        Assert.Null(fixture.Server.ProcessId);
        await Assert.ThrowsAsync<ObjectDisposedException>(fixture.RestartAsync);
    }

    [Fact]
    public async Task DisposeAsync_ServerDoesNotEnd_IsKilled()
    {
        var options = new LocalNatsServerOptions { ExecutablePath = TestHost.Program, StopTimeout = TimeSpan.FromMilliseconds(300) };
        var server = await LocalNatsServer.StartAsync(options, new RecordingLogger(), TimeProvider.System, TestContext.Current.CancellationToken);
        var id = server.ProcessId!.Value;

        await server.DisposeAsync();

        Assert.False(Processes.Exists(id));
        Assert.False(Directory.Exists(server.StoreDirectory));
    }

    [Fact]
    public async Task KillAsync_ThenRestartAsync_KeepsPortAndFileStreams()
    {
        await using var fixture = await NatsServerFixture.StartAsync();
        await using var connection = await fixture.ConnectAsync();
        var stream = Unique.Name("orders");
        var context = new NatsJSContext(connection);
        await context.CreateStreamAsync(new StreamConfig(stream, [stream + ".>"]));
        (await context.PublishAsync(stream + ".one", "kept")).EnsureSuccess();

        await fixture.KillAsync();
        Assert.Null(fixture.Server.ProcessId);
        Assert.True(await TestHost.RefusesAsync(fixture.Server.Port));
        await fixture.RestartAsync();

        await Eventually.Equal(
            1L, async () => (await context.GetStreamAsync(stream)).Info.State.Messages, "a file stream outlives a killed server");
        await fixture.RestartAsync();
        Assert.Equal(1L, (await context.GetStreamAsync(stream)).Info.State.Messages);
    }

    [Fact]
    public async Task Supervision_ServerDies_IsStartedAgain()
    {
        await using var fixture = await NatsServerFixture.StartAsync();
        await using var connection = await fixture.ConnectAsync();
        for (var round = 0; round < 3; round++)
        {
            var id = fixture.Server.ProcessId!.Value;

            using (var process = Process.GetProcessById(id))
            {
                process.Kill();
            }

            var started = round + 2;
            await Eventually.Equal(
                started, () => fixture.Log.Entries.Count(e => e.Id.Name == "ServerStarted"), "a server that died is started again");
            Assert.NotEqual(id, fixture.Server.ProcessId);
            await Eventually.True(async () => await PingsAsync(connection), "clients find it where it was");
        }

        Assert.Equal(3, fixture.Log.Entries.Count(entry => entry.Id.Name == "ServerDied"));
    }

    [Fact]
    public async Task Supervision_WatchdogDies_LeavesNoOrphan()
    {
        await using var fixture = await NatsServerFixture.StartAsync();
        var id = fixture.Server.ProcessId!.Value;

        using (var watchdog = Process.GetProcessById(Processes.ParentOf(id)))
        {
            watchdog.Kill();
        }

        await Eventually.True(() => !Processes.Exists(id), "a server without its watchdog is ended");
        await Eventually.True(() => fixture.Server.ProcessId is { } now && now != id, "and started again under a new one");
    }

    [Fact]
    public async Task Pause_UntilResume_AnswersNothing()
    {
        await using var fixture = await NatsServerFixture.StartAsync();
        await using var connection = await fixture.ConnectAsync();

        fixture.Server.Pause();
        await Eventually.True(() => Processes.StateOf(fixture.Server.ProcessId!.Value) == 'T', "a paused server is stopped");
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await connection.PingAsync(limit.Token));
        fixture.Server.Resume();

        await Eventually.True(async () => await PingsAsync(connection), "a resumed server answers");
    }

    private static async Task<bool> PingsAsync(NATS.Client.Core.NatsConnection connection)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        try
        {
            await connection.PingAsync(limit.Token);
            return true;
        }
        catch (Exception e) when (e is OperationCanceledException or NATS.Client.Core.NatsException)
        {
            return false;
        }
    }
}

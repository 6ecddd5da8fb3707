using Microsoft.Extensions.Logging;
using NatsRun.Testing;

namespace NatsRun.LocalServer.Tests;

public sealed class LocalNatsServerOptionsTests
{
    [Fact]
    public async Task StartAsync_WrongOptions_NamesAllOfThem()
    {
        var error = await RefusedAsync(new()
        {
            Port = 70_000, StartTimeout = TimeSpan.Zero, StopTimeout = TimeSpan.FromSeconds(-1), ConfigFile = "/nowhere/nats.conf",
        });

        Assert.Contains("NatsRun:LocalServer:Port is 70000", error);
        Assert.Contains("NatsRun:LocalServer:StartTimeout is 00:00:00", error);
        Assert.Contains("NatsRun:LocalServer:StopTimeout is -00:00:01", error);
        Assert.Contains("NatsRun:LocalServer:ConfigFile is /nowhere/nats.conf", error);
    }

    [Theory]
    [InlineData("old", "is version 2.9.10, and 2.11 or newer is needed")]
    [InlineData("other", "is not nats-server")]
    [InlineData("missing", "does not run")]
    public async Task StartAsync_NoUsableProgram_SaysWhatToDo(string program, string reason)
    {
        var path = TestHost.StandIn(program);

        var error = await RefusedAsync(new() { ExecutablePath = path });

        Assert.Contains(path, error);
        Assert.Contains(reason, error);
        Assert.Contains("Run eng/setup", error);
        Assert.Contains("NATS_SERVER", error);
    }

    [Theory]
    [InlineData("silent", "did not answer on port")]
    [InlineData("hanging", "--version did not end within")]
    public async Task StartAsync_ServerDoesNotAnswer_GivesUp(string program, string reason)
    {
        var error = await RefusedAsync(new()
        {
            ExecutablePath = TestHost.StandIn(program), StartTimeout = TimeSpan.FromMilliseconds(300),
        });

        Assert.Contains(reason, error);
    }

    [Fact]
    public async Task StartAsync_Cancelled_LeavesNothing()
    {
        using var store = new TemporaryFolder();
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        var options = new LocalNatsServerOptions { ExecutablePath = TestHost.StandIn("silent"), StoreDirectory = store.Path };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => LocalNatsServer.StartAsync(options, new RecordingLogger(), TimeProvider.System, cancel.Token));

        // The store is free again.
        await using var next = await LocalNatsServer.StartAsync(
            new() { StoreDirectory = store.Path }, new RecordingLogger(), TimeProvider.System, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task StartAsync_PortTakenByAnotherServer_SaysSo()
    {
        await using var other = await NatsServerFixture.StartAsync();

        var error = await RefusedAsync(new() { Port = other.Server.Port });

        Assert.Contains($"ended before it answered on port {other.Server.Port}", error);
        Assert.Contains("address already in use", error);
    }

    [Fact]
    public async Task ConfigFile_WithUser_IsApplied()
    {
        await using var fixture = await NatsServerFixture.StartAsync("authorization { user: ada, password: lovelace }");

        await using var connection = await fixture.ConnectAsync(
            options => options with { AuthOpts = new() { Username = "ada", Password = "lovelace" } });
        await connection.PingAsync(TestContext.Current.CancellationToken);

        Assert.True(connection.ServerInfo!.AuthRequired);
    }

    [Fact]
    public async Task ConfigFile_WithMistake_IsQuoted()
    {
        var error = await Assert.ThrowsAsync<LocalNatsServerException>(() => NatsServerFixture.StartAsync("no_such_setting: 1"));

        Assert.Contains("unknown field \"no_such_setting\"", error.Message);
    }

    [Fact]
    public async Task ServerLog_EveryLevel_IsPassedOn()
    {
        var log = new RecordingLogger();
        var options = new LocalNatsServerOptions { ExecutablePath = TestHost.Program, StopTimeout = TimeSpan.FromMilliseconds(100) };
        await using (await LocalNatsServer.StartAsync(options, log, TimeProvider.System, TestContext.Current.CancellationToken))
        {
        }

        Assert.Equal(
            [
                (LogLevel.Critical, "nats-server: fatal"), (LogLevel.Error, "nats-server: error"), (LogLevel.Warning, "nats-server: warning"),
                (LogLevel.Debug, "nats-server: notice"), (LogLevel.Trace, "nats-server: debug"), (LogLevel.Trace, "nats-server: trace"),
                (LogLevel.Error, "nats-server: [1] [NEW] unknown"), (LogLevel.Error, "nats-server: panic: no level"),
            ],
            log.Entries.Where(entry => entry.Id.Name == "ServerLine").Select(entry => (entry.Level, entry.Message)));
    }

    private static async Task<string> RefusedAsync(LocalNatsServerOptions options)
    {
        var error = await Assert.ThrowsAsync<LocalNatsServerException>(
            () => LocalNatsServer.StartAsync(options, new RecordingLogger(), TimeProvider.System, TestContext.Current.CancellationToken));
        return error.Message;
    }
}

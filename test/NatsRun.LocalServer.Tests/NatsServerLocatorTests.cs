using NatsRun.Testing;

namespace NatsRun.LocalServer.Tests;

/// <summary>Where a host finds nats-server; seen from outside, since the environment belongs to the whole process.</summary>
public sealed class NatsServerLocatorTests
{
    [Fact]
    public async Task Find_NatsServerVariable_GoesBeforePath()
    {
        using var folder = new TemporaryFolder();
        await using var host = TestHost.StartWith(
            ("NATS_SERVER", TestHost.StandIn("old")), ("PATH", PathWith(folder, "silent")), ("XDG_CACHE_HOME", folder.Path));

        Assert.Contains(TestHost.StandIn("old") + " is version 2.9.10", await RefusedAsync(host));
    }

    [Fact]
    public async Task Find_ConfiguredPath_GoesBeforeNatsServerVariable()
    {
        await using var host = TestHost.StartWith(
            ("NATS_SERVER", TestHost.StandIn("old")), ("NatsRun__LocalServer__ExecutablePath", TestHost.StandIn("other")));

        Assert.Contains(TestHost.StandIn("other") + " is not nats-server", await RefusedAsync(host));
    }

    [Fact]
    public async Task Find_Nowhere_SaysWhatToDo()
    {
        using var folder = new TemporaryFolder();
        await using var host = TestHost.StartWith(("NATS_SERVER", null), ("PATH", folder.Path), ("XDG_CACHE_HOME", folder.Path));

        var refused = await RefusedAsync(host);

        Assert.Contains("No nats-server was found. Run eng/setup", refused);
        Assert.Contains("NATS_URL", refused);
    }

    [Fact]
    public async Task Find_OldOneOnPath_TakesTheOneOfTheSetUp()
    {
        using var folder = new TemporaryFolder();
        var place = Directory.CreateDirectory(Path.Combine(folder.Path, "natsrun", "bin")).FullName;
        File.CreateSymbolicLink(Path.Combine(place, "nats-server"), TestHost.Program);
        await using var host = TestHost.StartWith(
            ("NATS_SERVER", null), ("PATH", PathWith(folder, "old")), ("XDG_CACHE_HOME", folder.Path),
            ("NatsRun__LocalServer__StopTimeout", "00:00:00.1"));

        await host.WaitForLineAsync("nats-server 2.99.0 (process ");
    }

    [Fact]
    public async Task Find_OnlyOldOnes_NamesThem()
    {
        using var folder = new TemporaryFolder();
        await using var host = TestHost.StartWith(
            ("NATS_SERVER", null), ("PATH", PathWith(folder, "old")), ("XDG_CACHE_HOME", folder.Path));

        Assert.Contains("nats-server is version 2.9.10, and 2.11 or newer is needed", await RefusedAsync(host));
    }

    private static string PathWith(TemporaryFolder folder, string standIn)
    {
        var bin = Directory.CreateDirectory(Path.Combine(folder.Path, "bin")).FullName;
        File.CreateSymbolicLink(Path.Combine(bin, "nats-server"), TestHost.StandIn(standIn));
        return bin + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH");
    }

    private static async Task<string> RefusedAsync(ChildProcess host)
    {
        Assert.Equal(3, await host.WaitForExitAsync());
        return await host.WaitForLineAsync("refused: ");
    }
}

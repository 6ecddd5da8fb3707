using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using NatsRun.Testing;

namespace NatsRun.LocalServer.Tests.Hosting;

/// <summary>A host in a process of its own, and what becomes of its nats-server when that ends.</summary>
public sealed class HostLifeTests
{
    [Fact]
    public async Task Host_KilledHard_TakesServerAndTemporaryStoreAlong()
    {
        await using var host = TestHost.Start();
        var (_, server, store) = await TestHost.RunningAsync(host);
        var watchdog = Processes.ParentOf(server);
        Assert.True(Directory.Exists(store));

        host.Send(Signal.Kill);

        await Eventually.True(() => !Processes.Exists(server), "a server does not outlive its killed host");
        await Eventually.True(() => !Processes.Exists(watchdog), "nor does the watchdog");
        await Eventually.True(() => !Directory.Exists(store), "nor does the temporary store");
    }

    [Fact]
    public async Task Host_KilledHard_NextHostHasTheKeptStore()
    {
        using var folder = new TemporaryFolder();
        await using (var first = TestHost.Start($"--NatsRun:LocalServer:StoreDirectory={folder.Path}"))
        {
            var (url, _, _) = await TestHost.RunningAsync(first);
            await using var connection = new NATS.Client.Core.NatsConnection(new() { Url = url.OriginalString });
            var context = new NatsJSContext(connection);
            await context.CreateStreamAsync(new StreamConfig("kept", ["kept.>"]));
            (await context.PublishAsync("kept.one", "1")).EnsureSuccess();
            first.Send(Signal.Kill);
            await first.WaitForExitAsync();
        }

        await using var second = TestHost.Start($"--NatsRun:LocalServer:StoreDirectory={folder.Path}");
        var (next, _, _) = await TestHost.RunningAsync(second);
        await using var again = new NATS.Client.Core.NatsConnection(new() { Url = next.OriginalString });
        Assert.Equal(1L, (await new NatsJSContext(again).GetStreamAsync("kept")).Info.State.Messages);
    }

    [Fact]
    public async Task Host_CtrlC_ServerOutlivesTheDrain()
    {
        await using var host = TestHost.StartInTerminal();
        var (_, server, _) = await TestHost.RunningAsync(host);

        host.PressCtrlC();

        Assert.EndsWith("answers INFO", (await host.WaitForLineAsync("stopping: ")).TrimEnd());
        Assert.Equal(0, await host.WaitForExitAsync());
        Assert.False(Processes.Exists(server));
    }

    [Fact]
    public async Task Host_Terminated_EndsTheServer()
    {
        await using var host = TestHost.Start();
        var (_, server, _) = await TestHost.RunningAsync(host);

        host.Send(Signal.Terminate);

        Assert.Equal(0, await host.WaitForExitAsync());
        Assert.False(Processes.Exists(server));
        Assert.EndsWith("answers INFO", await host.WaitForLineAsync("stopping: "));
    }
}

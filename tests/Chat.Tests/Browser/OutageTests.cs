using Microsoft.Extensions.Logging.Abstractions;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.KeyValueStore;
using NatsRun.LocalServer;
using NatsRun.Testing;
using static Microsoft.Playwright.Assertions;

namespace Chat.Tests.Browser;

/// <summary>What people see when something behind the page dies, each time with servers of the test's own.</summary>
[Collection(BrowserCollection.Name)]
public sealed class OutageTests(BrowserStage stage)
{
    private const string Room = "lobby";

    [Fact]
    public async Task NatsServer_KilledAndBack_ThePageSaysSoAndTheChatGoesOn()
    {
        await using var nats = await NatsServerFixture.StartAsync();
        await using var demo = await Demo.StartAsync(nats.Url);
        await using var ada = await ChatPage.EnterAsync(stage.Chromium, demo.Url, Room, "Ada");
        await using var grace = await ChatPage.EnterAsync(stage.Chromium, demo.Url, Room, "Grace");
        await ada.SayAsync("before");
        await grace.SeesAsync("before");

        await nats.KillAsync();
        await ada.SayAsync("meanwhile");
        await Expect(ada.Banner).ToContainTextAsync("waiting for NATS", new() { Timeout = 30_000 });
        await Expect(ada.Banner).ToHaveAttributeAsync("data-kind", "lost");
        await Expect(ada.Message("meanwhile")).Not.ToHaveAttributeAsync("data-status", "sent");

        await nats.RestartAsync();
        await ada.HasSentAsync("meanwhile");
        await grace.SeesAsync("meanwhile");
        await grace.SayAsync("after");
        await ada.SeesAsync("after");
        await Expect(ada.Banner).ToBeHiddenAsync();
        await Expect(ada.Messages).ToHaveCountAsync(3);
        await Expect(ada.Page.Locator(".notice")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Demo_KilledAndStartedAgain_ThePageReturnsAndSendsWhatWaited()
    {
        await using var nats = await NatsServerFixture.StartAsync();
        var first = await Demo.StartAsync(nats.Url, FreePort.Pick());
        await using var firstAtTheEnd = first;
        await using var ada = await ChatPage.EnterAsync(stage.Chromium, first.Url, Room, "Ada");
        await using var grace = await ChatPage.EnterAsync(stage.Chromium, first.Url, Room, "Grace");

        await first.KillAsync();
        await Expect(ada.Banner).ToContainTextAsync("reconnecting");
        await Expect(ada.Banner).ToHaveAttributeAsync("data-kind", "lost");
        await ada.SayAsync("kept");
        await Expect(ada.Message("kept")).ToHaveAttributeAsync("data-status", "queued");
        await Expect(ada.Page.GetByTestId("outbox-note")).ToContainTextAsync("1 message not sent yet");

        await using var second = await Demo.StartAsync(nats.Url, first.Url.Port);
        await ada.IsAsync("online");
        await Expect(ada.Banner).ToHaveAttributeAsync("data-kind", "back");
        await ada.HasSentAsync("kept");
        await grace.IsAsync("online");
        await grace.SayAsync("welcome back");
        await ada.SeesAsync("welcome back");
        await Expect(ada.Page.Locator(".notice")).ToContainTextAsync("You were disconnected");
    }

    [Fact]
    public async Task Demo_Stopped_ThePageSaysThatTheServerIsRestarting()
    {
        await using var nats = await NatsServerFixture.StartAsync();
        await using var demo = await Demo.StartAsync(nats.Url);
        await using var ada = await ChatPage.EnterAsync(stage.Chromium, demo.Url, Room, "Ada");

        demo.Process.Send(Signal.Terminate);

        await Expect(ada.Banner).ToContainTextAsync("reconnecting");
        Assert.Equal(0, await demo.Process.WaitForExitAsync());
    }

    [Fact]
    public async Task Session_Revoked_ThePageSaysSoAndStopsUntilReloaded()
    {
        await using var ada = await ChatPage.EnterAsync(stage.Chromium, stage.Demo.Url, Unique.Name("room"), "Ada");
        await using var nats = await stage.Nats.ConnectAsync();

        await RevokeAsync(nats, ada);

        await ada.IsAsync("stopped");
        await Expect(ada.Banner).ToHaveAttributeAsync("data-kind", "stopped");
        await Expect(ada.Banner).ToContainTextAsync("Your session was ended");
        await ada.Page.Locator("#banner-action").ClickAsync();
        await ada.IsAsync("online");
        await ada.SayAsync("somebody new");
        await ada.HasSentAsync("somebody new");
    }

    [Fact]
    public async Task Session_RevokedWhileAway_ANewVisitStartsANewOne()
    {
        var room = Unique.Name("room");
        await using var ada = await ChatPage.EnterAsync(stage.Chromium, stage.Demo.Url, room, "Ada");
        await using var nats = await stage.Nats.ConnectAsync();
        await RevokeAsync(nats, ada);
        await ada.IsAsync("stopped");

        await ada.Page.GotoAsync(new Uri(stage.Demo.Url, "/").ToString());
        await ada.Page.Locator("#join").ClickAsync();

        await ada.IsAsync("online");
        await ada.SayAsync("back as somebody new");
        await ada.HasSentAsync("back as somebody new");
    }

    [Fact]
    public async Task Demo_StartedWithoutNats_ThePageWaitsForIt()
    {
        var port = FreePort.Pick();
        await using var demo = await Demo.StartAsync($"nats://127.0.0.1:{port}");
        await using var ada = await ChatPage.OpenAsync(stage.Chromium, demo.Url, "/" + Room);
        await ada.Page.Locator("#name").FillAsync("Ada");
        await ada.Page.Locator("#save-name").ClickAsync();
        await ada.SayAsync("too early");
        await Expect(ada.Banner).ToContainTextAsync("waiting for NATS");
        await Expect(ada.Message("too early")).ToHaveAttributeAsync("data-status", "queued");

        await using var server = await LocalNatsServer.StartAsync(new() { Port = port }, NullLogger.Instance, TimeProvider.System);

        await ada.IsAsync("online");
        await ada.HasSentAsync("too early");
    }

    /// <summary>What <c>ClientSessions.RevokeAsync</c> does, on whatever node.</summary>
    private static async Task RevokeAsync(NatsConnection nats, ChatPage page)
    {
        var clientId = await page.Page.EvaluateAsync<string>(
            "async () => (await (await fetch(location.pathname, { headers: { accept: 'application/json' } })).json()).clientId");
        var revocations = await new NatsKVContext(new NatsJSContext(nats)).GetStoreAsync("session-revocations");
        await revocations.PutAsync(clientId, "");
    }
}

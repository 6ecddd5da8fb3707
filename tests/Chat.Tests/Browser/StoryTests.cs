using Microsoft.Playwright;
using NatsRun.Testing;
using static Microsoft.Playwright.Assertions;

namespace Chat.Tests.Browser;

[Collection(BrowserCollection.Name)]
public sealed class StoryTests(BrowserStage stage)
{
    private readonly string _room = Unique.Name("room");

    [Fact]
    public async Task TwoPeople_InOneRoom_SeeWhatTheOtherSays()
    {
        await using var ada = await EnterAsync("Ada");
        await using var grace = await EnterAsync("Grace");

        await ada.SayAsync("Hello, is anybody here?");
        await grace.SeesAsync("Hello, is anybody here?");
        await grace.SayAsync("Yes, me.");
        await ada.SeesAsync("Yes, me.");

        await ada.HasSentAsync("Hello, is anybody here?");
        await grace.HasSentAsync("Yes, me.");
        await ExpectSenderAsync(ada, "Hello, is anybody here?", "own", "You");
        await ExpectSenderAsync(ada, "Yes, me.", "named", "Grace");
        await ExpectSenderAsync(grace, "Hello, is anybody here?", "named", "Ada");
        Assert.Empty(ada.Troubles.Concat(grace.Troubles));
    }

    [Fact]
    public async Task Messages_OfOthers_AreMarkedUnverified()
    {
        await using var ada = await EnterAsync("Ada");
        await using var grace = await EnterAsync("Grace");

        await ada.SayAsync("It is me");

        await Expect(grace.Message("It is me").Locator(".unverified")).ToHaveTextAsync("unverified");
        await Expect(ada.Message("It is me").Locator(".unverified")).ToHaveCountAsync(0);
        await Expect(grace.Message("It is me").Locator("time")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Rooms_WithOtherNames_HearNothing()
    {
        await using var ada = await EnterAsync("Ada");
        await using var elsewhere = await ChatPage.EnterAsync(stage.Chromium, stage.Demo.Url, _room + "-2", "Grace");

        await ada.SayAsync("In this room only");
        await ada.HasSentAsync("In this room only");
        await elsewhere.SayAsync("All quiet");
        await elsewhere.HasSentAsync("All quiet");

        await Expect(elsewhere.Messages).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Guest_WithAPlainSocket_TakesPart()
    {
        await using var ada = await EnterAsync("Ada");
        await using var alice = await ChatSocket.JoinAsync(stage.Demo, $"/{_room}/alice");

        await alice.SendAsync("hello from a terminal");
        await ada.SeesAsync("hello from a terminal");
        await ExpectSenderAsync(ada, "hello from a terminal", "plain", "someone");
        await ada.SayAsync("Welcome");
        Assert.Contains("\"Welcome\"", await alice.ReceiveTextAsync(text => text.StartsWith('{')), StringComparison.Ordinal);
        await alice.SendAsync([0, 1, 2]);
        await Expect(ada.Page.Locator("[data-testid=message][data-kind=binary] .text")).ToHaveTextAsync("binary message, 3 bytes");
        Assert.Empty(ada.Troubles);
    }

    [Fact]
    public async Task Message_OfSeveralLinesAndAlphabets_ArrivesAsWritten()
    {
        await using var ada = await EnterAsync("Ada");
        await using var grace = await EnterAsync("Grace");
        const string text = "first line\nsecond: äöü € 日本 \\n \"quoted\" {json: 1}";

        await ada.SayAsync(text);
        await Expect(ada.Messages).ToHaveAttributeAsync("data-status", "sent");

        Assert.Equal(text, await grace.Messages.Locator(".text").TextContentAsync());
    }

    [Fact]
    public async Task Landing_WithWhatIsNoRoomOrNoName_SaysSoAndStays()
    {
        await using var page = await ChatPage.OpenAsync(stage.Chromium, stage.Demo.Url);
        var room = page.Page.Locator("#room");

        await room.FillAsync("a.b");
        await page.Page.Locator("#join").ClickAsync();

        await Expect(page.Page.Locator("#room-error")).ToContainTextAsync("cannot contain");
        await Expect(page.Page.Locator("#name-error")).ToContainTextAsync("Enter the name");
        await room.FillAsync("users");
        await Expect(page.Page.Locator("#room-error")).ToContainTextAsync("taken by the server");
        Assert.Equal("/", new Uri(page.Page.Url).AbsolutePath);
    }

    private Task<ChatPage> EnterAsync(string name) => ChatPage.EnterAsync(stage.Chromium, stage.Demo.Url, _room, name);

    private static async Task ExpectSenderAsync(ChatPage page, string text, string kind, string sender)
    {
        await Expect(page.Message(text)).ToHaveAttributeAsync("data-kind", kind);
        await Expect(page.Message(text).Locator(".sender bdi")).ToHaveTextAsync(sender);
    }
}

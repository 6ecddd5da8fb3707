using NatsRun.Testing;
using static Microsoft.Playwright.Assertions;

namespace Chat.Tests.Browser;

/// <summary>No mouse at all.</summary>
[Collection(BrowserCollection.Name)]
public sealed class KeyboardTests(BrowserStage stage)
{
    private readonly string _room = Unique.Name("room");

    [Fact]
    public async Task Keyboard_FromTheLandingPageToAMessage_IsEnough()
    {
        await using var ada = await ChatPage.OpenAsync(stage.Chromium, stage.Demo.Url);
        var keyboard = ada.Page.Keyboard;

        // The page starts in the field that is still empty.
        await Expect(ada.Page.Locator("#name")).ToBeFocusedAsync();
        await keyboard.TypeAsync("Ada");
        await keyboard.PressAsync("Shift+Tab");
        await Expect(ada.Page.Locator("#room")).ToBeFocusedAsync();
        await keyboard.PressAsync("Control+A");
        await keyboard.TypeAsync(_room);
        await keyboard.PressAsync("Enter");

        await ada.IsAsync("online");
        await Expect(ada.Page.Locator("#message")).ToBeFocusedAsync();
        await keyboard.TypeAsync("typed");
        await keyboard.PressAsync("Enter");
        await ada.HasSentAsync("typed");
        await Expect(ada.Page.Locator("#message")).ToBeFocusedAsync();
        await Expect(ada.Page.Locator("#message")).ToHaveValueAsync("");
        Assert.Empty(ada.Troubles);
    }

    [Fact]
    public async Task Message_WithShiftEnter_HasTwoLines()
    {
        await using var ada = await ChatPage.EnterAsync(stage.Chromium, stage.Demo.Url, _room, "Ada");

        await ada.Page.Keyboard.TypeAsync("one");
        await ada.Page.Keyboard.PressAsync("Shift+Enter");
        await ada.Page.Keyboard.TypeAsync("two");
        await ada.Page.Keyboard.PressAsync("Enter");

        await Expect(ada.Messages).ToHaveAttributeAsync("data-status", "sent");
        Assert.Equal("one\ntwo", await ada.Messages.Locator(".text").TextContentAsync());
    }

    [Fact]
    public async Task Tab_ThroughTheRoom_ReachesEveryControlVisibly()
    {
        await using var ada = await ChatPage.EnterAsync(stage.Chromium, stage.Demo.Url, _room, "Ada");
        await ada.Page.Locator("#message").FillAsync("draft");
        await ada.Page.EvaluateAsync("() => document.activeElement.blur()");

        var reached = new HashSet<string>();
        for (var i = 0; i < 12; i++)
        {
            await ada.Page.Keyboard.PressAsync("Tab");
            reached.Add(await ada.Page.EvaluateAsync<string>("() => document.activeElement.id"));
            Assert.True(await ada.Page.EvaluateAsync<bool>(
                "() => document.activeElement === document.body || getComputedStyle(document.activeElement).outlineStyle !== 'none'"));
        }

        Assert.Superset(new HashSet<string> { "leave", "copy-link", "log", "message", "send", "change-name" }, reached);
    }
}

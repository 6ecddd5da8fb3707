using Microsoft.Playwright;
using NatsRun.Testing;

namespace Chat.Tests.Browser;

/// <summary>A window as wide as a phone.</summary>
[Collection(BrowserCollection.Name)]
public sealed class NarrowWindowTests(BrowserStage stage)
{
    private static readonly BrowserNewContextOptions Phone = new() { ViewportSize = new() { Width = 360, Height = 740 }, HasTouch = true };

    [Fact]
    public async Task Landing_OnAPhone_FitsAndIsAllWithinReach()
    {
        await using var page = await ChatPage.OpenAsync(stage.Chromium, stage.Demo.Url, options: Phone);

        await ExpectToFitAsync(page);
        await ExpectWithinReachAsync(page, "#room", "#name", "#join");
    }

    [Fact]
    public async Task Room_OnAPhoneWithLongWordsAndNames_FitsAndIsAllWithinReach()
    {
        var room = Unique.Name(new string('w', 40));
        await using var ada = await ChatPage.EnterAsync(stage.Chromium, stage.Demo.Url, room, new string('M', 40), Phone);
        await using var guest = await ChatSocket.JoinAsync(stage.Demo, $"/{room}/guest");
        await ExpectToFitAsync(ada);

        await guest.SendAsync("https://example.org/" + new string('a', 500));
        await guest.SendAsync(new string('W', 500));
        await ada.SayAsync(new string('i', 500) + " end");
        await ada.HasSentAsync(new string('i', 500) + " end");
        await ada.Page.Locator("#message").FillAsync(string.Concat(Enumerable.Repeat("several lines\n", 40)));

        await ExpectToFitAsync(ada);
        await ExpectWithinReachAsync(ada, "#leave", "#copy-link", "#message", "#send", "#change-name");
        Assert.Empty(ada.Troubles);
    }

    [Fact]
    public async Task Log_WithManyMessages_ScrollsAndStaysAtTheNewest()
    {
        var room = Unique.Name("room");
        await using var ada = await ChatPage.EnterAsync(stage.Chromium, stage.Demo.Url, room, "Ada", Phone);
        await using var guest = await ChatSocket.JoinAsync(stage.Demo, $"/{room}/guest");

        for (var i = 1; i <= 60; i++)
        {
            await guest.SendAsync($"message {i}");
        }

        await ada.SeesAsync("message 60");
        await Assertions.Expect(ada.Message("message 60")).ToBeInViewportAsync();
        await Assertions.Expect(ada.Message("message 1")).Not.ToBeInViewportAsync();
        await ExpectToFitAsync(ada);
        await ExpectWithinReachAsync(ada, "#leave", "#message");
    }

    private static async Task ExpectToFitAsync(ChatPage page)
    {
        var widths = await page.Page.EvaluateAsync<int[]>(
            """
            () => [document.documentElement.scrollWidth, document.body.scrollWidth,
                   ...[...document.querySelectorAll("#log, main, footer, .card")].map(e => e.scrollWidth)]
            """);
        Assert.All(widths, width => Assert.InRange(width, 0, 360));
    }

    /// <summary>In the window, not covered by anything, and big enough for a finger.</summary>
    private static async Task ExpectWithinReachAsync(ChatPage page, params string[] selectors)
    {
        foreach (var selector in selectors)
        {
            var element = page.Page.Locator(selector);
            await Assertions.Expect(element).ToBeInViewportAsync(new() { Ratio = 1 });
            var hit = await element.EvaluateAsync<bool>(
                """
                e => {
                  const box = e.getBoundingClientRect();
                  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
                  return box.height >= 16 && (e === top || e.contains(top));
                }
                """);
            Assert.True(hit, $"{selector} is covered or too small");
        }
    }
}

using Microsoft.Playwright;
using NatsRun.Testing;

namespace Chat.Tests.Browser;

/// <summary>Makes the README's picture, and its like for narrow and dark windows: run with <c>-explicit only</c>.</summary>
[Collection(BrowserCollection.Name)]
public sealed class Screenshots(BrowserStage stage)
{
    private static readonly (bool ByAda, string Text)[] Conversation =
    [
        (false, "Good morning! Did the new gateway survive the night?"),
        (true, "It did. I killed the NATS server twice while the test was running."),
        (false, "And?"),
        (true, "Everybody stayed connected, and the chat went on a second after it came back."),
        (false, "Nice. I am in from the second node, by the way. Same room, as promised."),
        (true, "Then let us write that in the README, with a picture of this."),
    ];

    [Theory(Explicit = true)]
    [InlineData("docs/images/chat.png", 1200, 800, ColorScheme.Light)]
    [InlineData("artifacts/images/chat-dark.png", 1200, 800, ColorScheme.Dark)]
    [InlineData("artifacts/images/chat-narrow.png", 360, 740, ColorScheme.Light)]
    [InlineData("artifacts/images/chat-narrow-dark.png", 360, 740, ColorScheme.Dark)]
    public async Task Room_OfTwoPeople_IsPictured(string path, int width, int height, ColorScheme colors)
    {
        const string room = "tea-kitchen";
        await using var second = await Demo.StartAsync(stage.Nats.Url);
        await using var ada = await ChatPage.EnterAsync(
            stage.Chromium, stage.Demo.Url, room, "Ada", new() { ViewportSize = new() { Width = width, Height = height }, ColorScheme = colors });
        await using var grace = await ChatPage.EnterAsync(stage.Chromium, second.Url, room, "Grace");

        foreach (var (byAda, text) in Conversation)
        {
            var (from, to) = byAda ? (ada, grace) : (grace, ada);
            await from.SayAsync(text);
            await from.HasSentAsync(text);
            await to.SeesAsync(text);
        }

        var file = Path.Combine(Repository.Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await ada.Page.ScreenshotAsync(new() { Path = file, Animations = ScreenshotAnimations.Disabled, Caret = ScreenshotCaret.Hide });
    }
}

using System.Text.Json;
using NatsRun.Testing;
using static Microsoft.Playwright.Assertions;

namespace Chat.Tests.Browser;

/// <summary>Whatever arrives in a message is text and stays text.</summary>
[Collection(BrowserCollection.Name)]
public sealed class HostileContentTests(BrowserStage stage)
{
    private readonly string _room = Unique.Name("room");

    private static readonly string[] Hostile =
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)><a href=\"javascript:alert(1)\">x</a></svg>",
        "\"><iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
        "<style>body { display: none }</style><base href=//example.org>",
        "{{constructor.constructor('alert(1)')()}} ${alert(1)} </textarea></li>",
        "javascript:alert(1)",
    ];

    [Fact]
    public async Task Messages_OfMarkup_AreShownAsWritten()
    {
        await using var ada = await EnterAsync("Ada");
        await using var grace = await EnterAsync("Grace");

        foreach (var text in Hostile)
        {
            await ada.SayAsync(text);
            await ada.HasSentAsync(text);
            await grace.SeesAsync(text);
        }

        await ExpectNoElementsAsync(ada);
        await ExpectNoElementsAsync(grace);
        Assert.Empty(ada.Troubles.Concat(grace.Troubles));
    }

    [Fact]
    public async Task Frames_OfMarkupFromAStranger_AreShownAsWritten()
    {
        await using var ada = await EnterAsync("Ada");
        await using var stranger = await ChatSocket.JoinAsync(stage.Demo, $"/{_room}/stranger");

        foreach (var (text, number) in Hostile.Select((text, number) => (text, number)))
        {
            await stranger.SendAsync(text);
            await ada.SeesAsync(text);
            await stranger.SendAsync(JsonSerializer.Serialize(new { v = 1, name = text, text = $"named {number}", id = $"{number}{text}"[..15], at = text }));
            await Expect(ada.Message($"named {number}")).ToHaveAttributeAsync("data-kind", "named");
        }

        await ExpectNoElementsAsync(ada);
        Assert.Empty(ada.Troubles);
    }

    [Fact]
    public async Task Name_OfMarkup_IsShownAsWritten()
    {
        const string name = "<b onclick=alert(1)>Eve</b>";
        await using var eve = await EnterAsync(name);
        await using var ada = await EnterAsync("Ada");

        await eve.SayAsync("who am I?");
        await ada.SeesAsync("who am I?");

        await Expect(ada.Message("who am I?").Locator(".sender bdi")).ToHaveTextAsync(name);
        await Expect(eve.Page.Locator("#my-name")).ToHaveTextAsync(name);
        await ExpectNoElementsAsync(eve);
        Assert.Empty(ada.Troubles.Concat(eve.Troubles));
    }

    [Fact]
    public async Task Room_NamedLikeMarkup_IsShownAsWritten()
    {
        const string room = "<i\"'&amp;";
        await using var ada = await ChatPage.EnterAsync(stage.Chromium, stage.Demo.Url, room, "Ada");

        await Expect(ada.Page.Locator("#room-name")).ToHaveTextAsync(room);
        await ada.SayAsync("hello");
        await ada.HasSentAsync("hello");
        Assert.Empty(ada.Troubles);
    }

    [Fact]
    public async Task Frames_ThatAreNotThePagesJson_AreShownAsPlainText()
    {
        string[] frames =
        [
            """{"v":1,"name":"Ada","text":7,"id":"x"}""",
            """{"v":1,"name":{},"text":"t","id":"x"}""",
            """{"v":1,"name":"\u202e","text":"t","id":"x"}""",
            """{"v":1,"name":"Ada","text":"t","id":""}""",
            """{"v":2,"name":"Ada","text":"t","id":"x"}""",
            """{"__proto__":{"v":1},"name":"Ada"}""",
            "{",
            "null",
        ];
        await using var ada = await EnterAsync("Ada");
        await using var stranger = await ChatSocket.JoinAsync(stage.Demo, $"/{_room}/stranger");

        foreach (var frame in frames)
        {
            await stranger.SendAsync(frame);
            await Expect(ada.Message(frame)).ToHaveAttributeAsync("data-kind", "plain");
        }

        Assert.Empty(ada.Troubles);
    }

    [Fact]
    public async Task Frames_WithWrongTimesAndHugeTexts_HarmNothing()
    {
        await using var ada = await EnterAsync("Ada");
        await using var stranger = await ChatSocket.JoinAsync(stage.Demo, $"/{_room}/stranger");

        await stranger.SendAsync("""{"v":1,"name":"Eve","text":"far future","id":"1","at":1e300}""");
        await stranger.SendAsync(new string('x', 60_000));
        await stranger.SendAsync("");
        await stranger.SendAsync("still here");

        await ada.SeesAsync("far future");
        await ada.SeesAsync("still here");
        await Expect(ada.Messages).ToHaveCountAsync(4);
        await ada.SayAsync("me too");
        await ada.HasSentAsync("me too");
        Assert.Empty(ada.Troubles);
    }

    private static async Task ExpectNoElementsAsync(ChatPage page)
    {
        await Expect(page.Page.Locator("#messages :is(script, img, svg, iframe, style, base, b, a, textarea)")).ToHaveCountAsync(0);
        await Expect(page.Page.Locator("body script, base, [onclick], [onerror]")).ToHaveCountAsync(0);
    }

    private Task<ChatPage> EnterAsync(string name) => ChatPage.EnterAsync(stage.Chromium, stage.Demo.Url, _room, name);
}

using System.Collections.Concurrent;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Chat.Tests;

/// <summary>One person's browser: a context of its own with one page of the demo in it.</summary>
public sealed class ChatPage : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _troubles = new();

    private ChatPage(IBrowserContext context, IPage page)
    {
        _context = context;
        Page = page;
        page.Console += (_, message) => Note(message.Type is "error" or "warning", $"console: {message.Text}");
        page.PageError += (_, error) => Note(true, $"page error: {error}");
        page.Dialog += async (_, dialog) =>
        {
            Note(true, $"dialog: {dialog.Message}");
            await dialog.DismissAsync();
        };
    }

    public IPage Page { get; }

    /// <summary>What a healthy page never does: errors and warnings (breaches of the content policy are some), and dialogs.</summary>
    public IReadOnlyCollection<string> Troubles => _troubles;

    public ILocator Messages => Page.GetByTestId("message");

    public ILocator Connection => Page.Locator("#connection");

    public ILocator Banner => Page.Locator("#banner");

    /// <summary>Opens a path of the demo.</summary>
    public static async Task<ChatPage> OpenAsync(Chromium chromium, Uri url, string path = "/", BrowserNewContextOptions? options = null)
    {
        var context = await chromium.Browser.NewContextAsync(options);
        context.SetDefaultTimeout(15_000);
        var page = new ChatPage(context, await context.NewPageAsync());
        await page.Page.GotoAsync(new Uri(url, path).ToString());
        return page;
    }

    /// <summary>Enters a room by the landing page and waits until it is open.</summary>
    public static async Task<ChatPage> EnterAsync(
        Chromium chromium, Uri url, string room, string name, BrowserNewContextOptions? options = null)
    {
        var page = await OpenAsync(chromium, url, "/", options);
        await page.Page.Locator("#room").FillAsync(room);
        await page.Page.Locator("#name").FillAsync(name);
        await page.Page.Locator("#join").ClickAsync();
        await page.IsAsync("online");
        return page;
    }

    /// <summary>Waits until the connection is in a state, for instance <c>online</c>.</summary>
    public Task IsAsync(string state) =>
        Expect(Connection).ToHaveAttributeAsync("data-state", state, new() { Timeout = 20_000 });

    public async Task SayAsync(string text)
    {
        await Page.Locator("#message").FillAsync(text);
        await Page.Locator("#send").ClickAsync();
    }

    /// <summary>The message with exactly this text.</summary>
    public ILocator Message(string text) => Messages.Filter(new() { Has = Page.Locator(".text").GetByText(text, new() { Exact = true }) });

    /// <summary>Waits until the other side's message is there.</summary>
    public Task SeesAsync(string text) => Expect(Message(text)).ToHaveCountAsync(1, new() { Timeout = 20_000 });

    /// <summary>Waits until an own message has come back from the room.</summary>
    public Task HasSentAsync(string text) => Expect(Message(text)).ToHaveAttributeAsync("data-status", "sent", new() { Timeout = 20_000 });

    public ValueTask DisposeAsync() => new(_context.CloseAsync());

    private void Note(bool isTrouble, string what)
    {
        if (isTrouble)
        {
            _troubles.Enqueue(what);
        }
    }
}

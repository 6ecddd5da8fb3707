namespace NatsRun.AspNetCore.Tests.Sessions;

public class TicketCacheTests
{
    private static readonly SessionTicket Ticket = SessionTicket.Create(ClientIds.Create(), DateTimeOffset.UnixEpoch, TimeSpan.FromDays(1));

    [Fact]
    public void Find_Added_IsTheTicket()
    {
        var cache = new TicketCache();
        cache.Add("a", Ticket);

        Assert.Same(Ticket, cache.Find("a"));
        Assert.Null(cache.Find("b"));
    }

    [Fact]
    public void Add_MoreThanFits_StaysWithinTwoGenerations()
    {
        var cache = new TicketCache(10);
        for (var i = 0; i < 1_000; i++)
        {
            cache.Add($"cookie {i}", Ticket);
            Assert.InRange(cache.Count, 1, 20);
        }

        Assert.NotNull(cache.Find("cookie 999"));
        Assert.Null(cache.Find("cookie 0"));
    }

    [Fact]
    public void Find_UsedInEachGeneration_IsNotForgotten()
    {
        var cache = new TicketCache(10);
        cache.Add("mine", Ticket);
        for (var i = 0; i < 1_000; i++)
        {
            cache.Add($"cookie {i}", Ticket);
            Assert.NotNull(cache.Find("mine"));
        }
    }

    [Fact]
    public void Add_SameCookieAgain_CountsOnce()
    {
        var cache = new TicketCache(10);
        for (var i = 0; i < 100; i++)
        {
            cache.Add("a", Ticket);
        }

        Assert.Equal(1, cache.Count);
    }

    [Fact]
    public void Add_ManyThreads_StaysWithinTwoGenerations()
    {
        var cache = new TicketCache(100);
        Parallel.For(0, 20_000, i => cache.Add($"cookie {i}", Ticket));

        // A thread that saw the full generation may still enter the next one after others have filled it.
        Assert.InRange(cache.Count, 1, 200 + Environment.ProcessorCount * 4);
    }

    [Fact]
    public void Find_Known_AllocatesNothing()
    {
        var cache = new TicketCache();
        var cookie = new string('a', 176);
        cache.Add(cookie, Ticket);
        cache.Find(cookie);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            cache.Find(cookie);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}

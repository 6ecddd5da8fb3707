using System.Globalization;

namespace NatsRun.Routing.Tests;

public sealed class SubjectRouterTests
{
    [Fact]
    public void Add_BadPattern_NamesPatternAndReason()
    {
        var error = Assert.Throws<SubjectPatternException>(() => new SubjectRouterBuilder<int>().Add("a.>.b", 1));
        Assert.Equal("The subject pattern \"a.>.b\" is not valid: > is not its last token.", error.Message);
    }

    [Fact]
    public void MatchAll_OrderOfOnesOwn_IsByMetadataThenRegistration()
    {
        var router = new SubjectRouterBuilder<string>()
            .Add("a.*", "late", 9)
            .Add("a.b", "middle", 5)
            .Add(">", "early", 1)
            .Add("a.>", "also middle", 5)
            .Build((x, y) => Priority(x).CompareTo(Priority(y)));
        var matches = new List<SubjectRoute<string>>();
        Assert.Equal(4, router.MatchAll("a.b", matches));
        Assert.Equal(["early", "middle", "also middle", "late"], matches.Select(m => m.Value));
        Assert.Equal(["early", "middle", "also middle", "late"], router.Routes.Select(r => r.Value));

        static int Priority(SubjectRoute<string> route) => (int)route.Metadata[0];
    }

    [Fact]
    public void GetMetadata_SeveralOfOneType_GivesTheLast()
    {
        var route = new SubjectRouterBuilder<int>().Add("a", 1, "first", new Version(1, 0), "second").Build().Routes[0];
        Assert.Equal("second", route.GetMetadata<string>());
        Assert.Equal(new Version(1, 0), route.GetMetadata<Version>());
        Assert.Null(route.GetMetadata<Uri>());
        Assert.Equal(3, route.Metadata.Count);
    }

    [Fact]
    public void TryMatch_Template_GivesValues()
    {
        var router = new SubjectRouterBuilder<int>().Add("users.{id}.created", 1).Build();
        Assert.True(router.TryMatch("users.a%2Eb.created", out var route));
        Assert.Equal("a.b", route.Pattern.GetValues("users.a%2Eb.created")["id"]);
    }

    [Fact]
    public void Build_BuilderGoesOn_DoesNotTouchTheRouter()
    {
        var builder = new SubjectRouterBuilder<int>().Add("a", 1);
        var router = builder.Build();
        builder.Add("b", 2);
        Assert.False(router.TryMatch("b", out _));
        Assert.True(builder.Build().TryMatch("b", out _));
        Assert.Equal(2, builder.Count);
    }

    [Fact]
    public void Match_TenThousandPatterns_AllocatesNothing()
    {
        var builder = new SubjectRouterBuilder<int>();
        for (var i = 0; i < 2500; i++)
        {
            builder.Add($"a.{i}.*", i).Add($"a.*.{i}", i).Add($"b.{i}.>", i).Add($"b.{i}.c.d", i);
        }

        var router = builder.Build();
        var matches = new List<SubjectRoute<int>>(16);
        string[] subjects = ["a.7.7", "a.7.x", "b.9.c.d", "b.9.c.x", "b.x.c.d", "c", "a..b", new string('x', 5000)];
        Assert.Equal(0, Allocated.By(() =>
        {
            foreach (var subject in subjects)
            {
                router.TryMatch(subject, out _);
                router.MatchAll(subject, matches);
            }
        }));
    }

    [Fact]
    public void Match_MillionSubjectsNeverSeen_RemembersNothing()
    {
        var builder = new SubjectRouterBuilder<int>();
        for (var i = 0; i < 100; i++)
        {
            builder.Add($"a.{i}.*", i).Add($"a.*.{i}", i).Add("a.>", i);
        }

        var router = builder.Build();
        var matches = new List<SubjectRoute<int>>(256);
        Span<char> subject = stackalloc char[32];
        long allocated = 0;
        for (var i = 0; i < 1_000_000; i++)
        {
            Assert.True(subject.TryWrite(CultureInfo.InvariantCulture, $"a.t{i}.u{i}", out var length));
            var before = GC.GetAllocatedBytesForCurrentThread();
            router.TryMatch(subject[..length], out _);
            router.MatchAll(subject[..length], matches);
            allocated += GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
        Assert.Equal(100, matches.Count);
    }

    [Fact]
    public void TryMatch_ManyThreads_AgreeWithEachOther()
    {
        var builder = new SubjectRouterBuilder<int>();
        for (var i = 0; i < 1000; i++)
        {
            builder.Add($"a.{i}.*", i);
        }

        var router = builder.Build();
        Parallel.For(0, 10_000, i =>
        {
            Assert.True(router.TryMatch($"a.{i % 1000}.x", out var route));
            Assert.Equal(i % 1000, route.Value);
        });
    }
}

using Microsoft.Extensions.Time.Testing;

namespace NatsRun.AspNetCore.Tests;

public sealed class TokenBucketTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Take_WithinTheBurst_NeverWaits()
    {
        var bucket = new TokenBucket(1000, 2000, _time);

        Assert.All(Enumerable.Range(0, 2000), _ => Assert.Equal(TimeSpan.Zero, bucket.Take()));
    }

    [Fact]
    public void Take_BeyondTheBurst_KeepsTheRate()
    {
        var bucket = new TokenBucket(1000, 100, _time);
        var waited = TimeSpan.Zero;
        for (var i = 0; i < 5100; i++)
        {
            var wait = bucket.Take();
            waited += wait;
            _time.Advance(wait);
        }

        Assert.InRange(waited.TotalSeconds, 4.98, 5.001);
    }

    [Fact]
    public void Take_AfterARest_HasTheBurstAgainAndNoMore()
    {
        var bucket = new TokenBucket(10, 20, _time);
        for (var i = 0; i < 21; i++)
        {
            bucket.Take();
        }

        _time.Advance(TimeSpan.FromHours(1));

        Assert.All(Enumerable.Range(0, 20), _ => Assert.Equal(TimeSpan.Zero, bucket.Take()));
        Assert.Equal(TimeSpan.FromMilliseconds(100), bucket.Take());
    }
}

namespace NatsRun.Tests.Queues;

public sealed class RetryCurveTests
{
    [Theory]
    [InlineData(1, 250)]
    [InlineData(2, 500)]
    [InlineData(5, 4_000)]
    [InlineData(8, 30_000)]
    [InlineData(1_000_000, 30_000)]
    public void WaitBefore_Attempt_DoublesToTheLimitWithinTheJitter(int attempt, double milliseconds)
    {
        var random = new Random(attempt);
        for (var i = 0; i < 1_000; i++)
        {
            var wait = RetryCurve.WaitBefore(attempt, new WorkQueueOptions(), random).TotalMilliseconds;
            Assert.InRange(wait, milliseconds * 0.8, milliseconds * 1.2);
        }
    }
}

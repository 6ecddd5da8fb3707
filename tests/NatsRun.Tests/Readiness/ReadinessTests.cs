namespace NatsRun.Tests;

public sealed class ReadinessTests
{
    [Fact]
    public void IsReady_NoConditions_IsTrue() => Assert.True(new Readiness().IsReady);

    [Fact]
    public void IsReady_OneOfTwoUnmet_IsFalseAndItsReasonIsThere()
    {
        var readiness = new Readiness();
        readiness.NotMet("nats", "first");
        readiness.NotMet("nats", "second");
        readiness.NotMet("rooms", "not started");
        readiness.Met("rooms");

        Assert.False(readiness.IsReady);
        Assert.Equal([new("nats", "second")], readiness.Unmet);
    }

    [Fact]
    public void Met_LastUnmetCondition_MakesReady()
    {
        var readiness = new Readiness();
        readiness.NotMet("nats", "why");
        readiness.Met("nats");
        readiness.Met("never unmet");

        Assert.True(readiness.IsReady);
    }
}

namespace NatsRun.Routing.Tests;

internal static class Allocated
{
    /// <summary>What one call allocates on this thread, in bytes. The least of a few: the runtime itself allocates while code warms up.</summary>
    public static long By(Action action)
    {
        var least = long.MaxValue;
        for (var i = 0; i < 10; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}

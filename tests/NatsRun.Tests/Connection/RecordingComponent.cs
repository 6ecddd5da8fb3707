using System.Collections.Concurrent;

namespace NatsRun.Tests.Connection;

/// <summary>What components did, in order: <c>one:start</c>, <c>two:stop</c> and so on.</summary>
internal sealed class Deeds
{
    private readonly ConcurrentQueue<string> _all = new();

    public IReadOnlyCollection<string> All => _all;

    public void Add(string deed) => _all.Enqueue(deed);

    public int Count(string deed) => _all.Count(d => d == deed);
}

/// <summary>A component that says what is asked of it and fails where a test wants it.</summary>
internal sealed class RecordingComponent(string name, Deeds deeds, Func<int, Task>? starting = null, Func<Task>? stopping = null) : INatsRunComponent
{
    private int _attempts;

    public string Name => name;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        deeds.Add(name + ":start");
        return starting?.Invoke(++_attempts) ?? Task.CompletedTask;
    }

    public Task ReconnectedAsync(CancellationToken cancellationToken)
    {
        deeds.Add(name + ":reconnected");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        deeds.Add(name + ":stop");
        return stopping?.Invoke() ?? Task.CompletedTask;
    }
}

using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using NATS.Client.KeyValueStore;

namespace NatsRun.AspNetCore;

/// <summary>Who keeps a copy of a bucket. The calls never overlap.</summary>
internal interface IBucketReader
{
    /// <summary>Called with everything that is in the bucket.</summary>
    Task LoadedAsync(IReadOnlyCollection<NatsKVEntry<string>> entries, INatsKVStore store, CancellationToken cancellationToken);

    /// <summary>Called with each later change, removals included.</summary>
    Task ChangedAsync(NatsKVEntry<string> entry, INatsKVStore store, CancellationToken cancellationToken);
}

/// <summary>
/// Tells a reader the whole content of a bucket first, then every change. When it is restarted, or when the watch ends by itself,
/// it starts over with the whole content, so that nothing is missed.
/// </summary>
internal sealed partial class BucketWatch(INatsKVContext buckets, string bucket, IBucketReader reader, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan RetryWait = TimeSpan.FromSeconds(1);

    private CancellationTokenSource? _stopping;
    private Task _watching = Task.CompletedTask;

    /// <summary>Starts, or starts over, and waits until the reader has been told the whole content.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        await DisposeAsync();
        var stopping = _stopping = new CancellationTokenSource();
        var loaded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _watching = Task.Run(() => WatchAsync(loaded, stopping.Token), CancellationToken.None);
        await loaded.Task.WaitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_stopping is { } stopping)
        {
            _stopping = null;
            await stopping.CancelAsync();
            await _watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stopping.Dispose();
        }
    }

    private async Task WatchAsync(TaskCompletionSource loaded, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await WatchOnceAsync(loaded, stop);
                Log.WatchEnded(logger, bucket, "the watch ended");
            }
            catch (Exception e) when (!stop.IsCancellationRequested)
            {
                if (loaded.TrySetException(e))
                {
                    return;
                }

                Log.WatchEnded(logger, bucket, e.Message);
            }

            await Task.Delay(RetryWait, time, stop);
        }
    }

    private async Task WatchOnceAsync(TaskCompletionSource loaded, CancellationToken stop)
    {
        var store = await buckets.GetStoreAsync(bucket, stop);
        List<NatsKVEntry<string>>? initial = [];
        var options = new NatsKVWatchOpts { OnNoData = async _ => await CompleteAsync() };
        await foreach (var entry in store.WatchAsync(NatsUtf8PrimitivesSerializer<string>.Default, options, stop))
        {
            if (initial is null)
            {
                await reader.ChangedAsync(entry, store, stop);
                continue;
            }

            initial.Add(entry);
            if (entry.Delta == 0)
            {
                await CompleteAsync();
            }
        }

        // The value is the answer to "end the watch here?".
        async Task<bool> CompleteAsync()
        {
            var entries = initial;
            initial = null;
            await reader.LoadedAsync(entries ?? [], store, stop);
            loaded.TrySetResult();
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(701, LogLevel.Warning, "Watching the bucket {Bucket} starts over: {Reason}")]
        public static partial void WatchEnded(ILogger logger, string bucket, string reason);
    }
}

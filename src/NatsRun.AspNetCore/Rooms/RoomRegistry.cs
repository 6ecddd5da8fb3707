using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using NATS.Client.Core;

namespace NatsRun.AspNetCore;

/// <summary>
/// The rooms that are active on this node, each with one subscription however many sockets it has. A room is subscribed when its
/// first socket comes and lives on for a while after its last has left. Thread-safe.
/// </summary>
internal sealed partial class RoomRegistry(
    INatsConnection connection,
    RoomSubjects subjects,
    IOptions<RoomOptions> options,
    TimeProvider time,
    ILogger<RoomRegistry> logger)
{
    private static readonly TimeSpan SubscribeTimeout = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Room> _rooms = new(StringComparer.Ordinal);

    /// <summary>Holds a room for a socket that is about to join. Every call is answered by one of <see cref="Leave"/>.</summary>
    /// <returns>The room, which receives everything that is published after <see cref="Room.Subscribed"/> has completed.</returns>
    public Room Enter(string roomId)
    {
        Room? room;
        lock (_lock)
        {
            if (!_rooms.TryGetValue(roomId, out room))
            {
                room = new Room(roomId, subjects.OfRoom(roomId), logger);
                _rooms.Add(roomId, room);
                var subscribed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                room.Subscribed = subscribed.Task;
                ThreadPool.UnsafeQueueUserWorkItem(_ => Subscribe(room, subscribed), null);
            }

            room.Holders++;
            room.Linger?.Dispose();
            room.Linger = null;
        }

        return room;
    }

    public void Leave(Room room)
    {
        lock (_lock)
        {
            if (--room.Holders == 0 && IsCurrent(room))
            {
                room.Linger = time.CreateTimer(EndIfEmpty, room, options.Value.RoomLinger, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private bool IsCurrent(Room room) => _rooms.TryGetValue(room.Id, out var current) && current == room;

    private void EndIfEmpty(object? state)
    {
        var room = (Room)state!;
        lock (_lock)
        {
            // A timer that was disposed too late may find the room held again.
            if (room.Holders > 0 || room.Linger is null || !IsCurrent(room))
            {
                return;
            }

            _rooms.Remove(room.Id);
            room.Linger.Dispose();
        }

        _ = UnsubscribeAsync(room);
    }

    private void Forget(Room room)
    {
        lock (_lock)
        {
            if (IsCurrent(room))
            {
                _rooms.Remove(room.Id);
            }
        }
    }

    private async void Subscribe(Room room, TaskCompletionSource subscribed)
    {
        try
        {
            await SubscribeAsync(room);
            subscribed.SetResult();
            Log.Subscribed(logger, room.Id);
        }
        catch (Exception e)
        {
            // Whoever comes next tries again with a new room.
            Forget(room);
            subscribed.SetException(e);
            _ = subscribed.Task.Exception;
            Log.SubscribeFailed(logger, room.Id, e.Message);
            await UnsubscribeAsync(room);
        }
    }

    /// <summary>The subscription counts when the server has answered a PING that was sent after it.</summary>
    private async Task SubscribeAsync(Room room)
    {
        using var timeout = new CancellationTokenSource(SubscribeTimeout, time);
        var subscribing = connection.SubscribeCoreAsync(
            room.Subject, serializer: NatsRawSerializer<byte[]>.Default, opts: Delivery.Options, cancellationToken: CancellationToken.None).AsTask();
        try
        {
            room.Subscription = await subscribing.WaitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            _ = DisposeLateAsync(subscribing);
            throw;
        }

        _ = DeliverAsync(room, room.Subscription);
        await connection.PingAsync(timeout.Token);
    }

    private static async Task DisposeLateAsync(Task<INatsSub<byte[]>> subscribing)
    {
        await ((Task)subscribing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (subscribing.IsCompletedSuccessfully)
        {
            await (await subscribing).DisposeAsync();
        }
    }

    private async Task DeliverAsync(Room room, INatsSub<byte[]> subscription)
    {
        await foreach (var message in subscription.Msgs.ReadAllAsync())
        {
            room.Deliver(message);
        }

        // Usually the room is empty by now. If not, its members hear nothing any more.
        Forget(room);
        room.CloseAll(CloseCodes.TryAgain, "subscription ended");
    }

    private async Task UnsubscribeAsync(Room room)
    {
        if (room.Subscription is not { } subscription)
        {
            return;
        }

        try
        {
            await subscription.DisposeAsync();
            Log.Unsubscribed(logger, room.Id);
        }
        catch (Exception e) when (e is NatsException or OperationCanceledException or ObjectDisposedException)
        {
            Log.UnsubscribeFailed(logger, room.Id, e.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(311, LogLevel.Debug, "Room {RoomId} is subscribed")]
        public static partial void Subscribed(ILogger logger, string roomId);

        [LoggerMessage(312, LogLevel.Warning, "Room {RoomId} cannot be subscribed: {Reason}")]
        public static partial void SubscribeFailed(ILogger logger, string roomId, string reason);

        [LoggerMessage(313, LogLevel.Debug, "Room {RoomId} is empty and no longer subscribed")]
        public static partial void Unsubscribed(ILogger logger, string roomId);

        [LoggerMessage(314, LogLevel.Debug, "Room {RoomId} was not unsubscribed cleanly: {Reason}")]
        public static partial void UnsubscribeFailed(ILogger logger, string roomId, string reason);
    }
}

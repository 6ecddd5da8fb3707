using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using NatsRun.Routing;

namespace NatsRun.AspNetCore;

/// <summary>
/// One room on this node: its members and the subscription they share. The list of members is an array that is replaced, never
/// changed, so that delivering takes no lock.
/// </summary>
internal sealed partial class Room(string id, string subject, ILogger logger)
{
    private readonly Lock _lock = new();
    private readonly int _prefixLength = subject.Length - 1;
    private volatile RoomSocket[] _members = [];

    public string Id => id;

    /// <summary>What the subscription takes, <c>{rooms}.{room}.&gt;</c>.</summary>
    public string Subject => subject;

    /// <summary>Completes when the server has the subscription.</summary>
    public Task Subscribed { get; set; } = Task.CompletedTask;

    /// <summary>The subscription, once it was sent.</summary>
    public INatsSub<byte[]>? Subscription { get; set; }

    /// <summary>How many sockets are in the room or about to be. Guarded by the registry.</summary>
    public int Holders { get; set; }

    /// <summary>Ends the room some time after its last holder has left. Guarded by the registry.</summary>
    public ITimer? Linger { get; set; }

    public void Add(RoomSocket socket)
    {
        lock (_lock)
        {
            _members = [.. _members, socket];
        }
    }

    public void Remove(RoomSocket socket)
    {
        lock (_lock)
        {
            _members = Array.FindAll(_members, member => member != socket);
        }
    }

    /// <summary>Hands a message to everybody it is for. Only queues it, and never waits.</summary>
    public void Deliver(in NatsMsg<byte[]> message)
    {
        var members = _members;
        if (members.Length == 0 || !RoomSubjects.TryReadAddressee(message.Subject, _prefixLength, out var token))
        {
            return;
        }

        string? addressee = null;
        var everyone = token.SequenceEqual(RoomSubjects.Everyone);
        if (!everyone && !SubjectToken.TryDecode(token, out addressee))
        {
            return;
        }

        var frame = Delivery.FrameOf(message);
        foreach (var member in members)
        {
            if ((everyone || member.Admission.ClientId == addressee) && !member.Send(frame))
            {
                Log.SlowConsumer(logger, member.Admission.ClientId, id);
            }
        }
    }

    public void CloseAll(int code, string reason)
    {
        foreach (var member in _members)
        {
            member.Close(code, reason);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(303, LogLevel.Information, "Client {ClientId} reads too slowly in room {RoomId}: closing its socket")]
        public static partial void SlowConsumer(ILogger logger, string clientId, string roomId);
    }
}

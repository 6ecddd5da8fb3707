using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace NatsRun.AspNetCore;

/// <summary>
/// All sockets of this node, from their admission to the end of their connection, by client. Thread-safe; nothing here waits for
/// a socket.
/// </summary>
internal sealed class SocketRegistry(IOptions<RoomOptions> options)
{
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<RoomSocket, bool> _all = new();
    private readonly ConcurrentDictionary<string, RoomSocket[]> _byClient = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _draining;

    public bool IsDraining => _draining;

    /// <summary>Every socket; safe to enumerate while sockets come and go.</summary>
    public IEnumerable<RoomSocket> All => _all.Select(entry => entry.Key);

    /// <summary>Takes a socket in, unless this node is draining or the client has too many.</summary>
    /// <returns>Why not, or null.</returns>
    public ProblemKind? TryAdd(RoomSocket socket)
    {
        lock (_lock)
        {
            if (_draining)
            {
                return ProblemKind.Draining;
            }

            var others = Of(socket.Admission.ClientId);
            if (others.Length >= options.Value.MaxSocketsPerClient)
            {
                return ProblemKind.TooManySockets;
            }

            _byClient[socket.Admission.ClientId] = [.. others, socket];
            _all[socket] = true;
            return null;
        }
    }

    public void Remove(RoomSocket socket)
    {
        lock (_lock)
        {
            if (!_all.TryRemove(socket, out _))
            {
                return;
            }

            var others = Array.FindAll(Of(socket.Admission.ClientId), other => other != socket);
            if (others.Length > 0)
            {
                _byClient[socket.Admission.ClientId] = others;
            }
            else
            {
                _byClient.TryRemove(socket.Admission.ClientId, out _);
            }

            if (_draining && _all.IsEmpty)
            {
                _drained.TrySetResult();
            }
        }
    }

    /// <summary>The sockets of a client, in whatever rooms; an array that nobody changes.</summary>
    public RoomSocket[] Of(string clientId) => _byClient.GetValueOrDefault(clientId, []);

    /// <summary>Lets no more sockets in.</summary>
    /// <returns>Completes when none is left.</returns>
    public Task Drain()
    {
        lock (_lock)
        {
            _draining = true;
            if (_all.IsEmpty)
            {
                _drained.TrySetResult();
            }
        }

        return _drained.Task;
    }
}

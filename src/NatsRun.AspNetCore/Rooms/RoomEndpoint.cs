using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace NatsRun.AspNetCore;

/// <summary>Serves one socket from its handshake to its end.</summary>
internal sealed partial class RoomEndpoint(
    RoomHandshake handshake,
    SocketRegistry sockets,
    RoomRegistry rooms,
    RoomPublisher publisher,
    PushSubscription pushes,
    IOptions<RoomOptions> options,
    TimeProvider time,
    ILogger<RoomEndpoint> logger)
{
    public async Task HandleAsync(HttpContext context, RoomTarget target)
    {
        var (admission, problem, detail) = handshake.Check(context, target);
        if (admission is null)
        {
            await RefuseAsync(context, problem!, detail);
            return;
        }

        var socket = new RoomSocket(admission, options.Value, time, context.Abort);
        problem = sockets.TryAdd(socket);
        if (problem is not null)
        {
            await RefuseAsync(context, problem);
            return;
        }

        try
        {
            await HandleAsync(context, socket);
        }
        finally
        {
            socket.End();
            sockets.Remove(socket);
        }
    }

    private async Task HandleAsync(HttpContext context, RoomSocket socket)
    {
        if (!publisher.IsConnected || !pushes.IsRunning)
        {
            await RefuseAsync(context, ProblemKind.NatsUnreachable);
            return;
        }

        var room = rooms.Enter(socket.Admission.RoomId);
        try
        {
            await room.Subscribed.WaitAsync(context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (CheckAgain(socket, room) is { } problem)
            {
                await RefuseAsync(context, problem);
                return;
            }

            await JoinAsync(context, socket, room);
        }
        finally
        {
            rooms.Leave(room);
        }
    }

    /// <summary>What may have changed while the room was being subscribed.</summary>
    private ProblemKind? CheckAgain(RoomSocket socket, Room room)
    {
        if (!room.Subscribed.IsCompletedSuccessfully)
        {
            return ProblemKind.NatsUnreachable;
        }

        return sockets.IsDraining ? ProblemKind.Draining
            : handshake.IsRevoked(socket.Admission) ? ProblemKind.SessionRevoked
            : null;
    }

    private async Task JoinAsync(HttpContext context, RoomSocket socket, Room room)
    {
        // A member before the handshake is answered: whoever has the answer misses nothing.
        room.Add(socket);
        try
        {
            if (await UpgradeRequest.AcceptAsync(context) is not { } stream)
            {
                await RefuseAsync(context, ProblemKind.TooManySockets);
                return;
            }

            Log.Joined(logger, socket.Admission.ClientId, socket.Admission.RoomId);
            await socket.RunAsync(stream, new RoomOutbox(publisher, socket.Admission, options.Value, time));
            Log.Left(logger, socket.Admission.ClientId, socket.Admission.RoomId, socket.CloseCode);
        }
        finally
        {
            room.Remove(socket);
        }
    }

    private Task RefuseAsync(HttpContext context, ProblemKind problem, string? detail = null)
    {
        Log.Refused(logger, problem.Code);
        return Problem.WriteAsync(context, problem, detail);
    }

    private static partial class Log
    {
        [LoggerMessage(301, LogLevel.Debug, "Client {ClientId} joined room {RoomId}")]
        public static partial void Joined(ILogger logger, string clientId, string roomId);

        [LoggerMessage(302, LogLevel.Debug, "Client {ClientId} left room {RoomId}, close code {CloseCode}")]
        public static partial void Left(ILogger logger, string clientId, string roomId, int closeCode);

        [LoggerMessage(309, LogLevel.Debug, "A socket is refused: {Problem}")]
        public static partial void Refused(ILogger logger, string problem);
    }
}

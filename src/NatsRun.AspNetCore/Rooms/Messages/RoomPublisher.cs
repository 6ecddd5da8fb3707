using Microsoft.Extensions.Logging;
using NATS.Client.Core;

namespace NatsRun.AspNetCore;

/// <summary>Publishes for rooms and clients, without ever giving the shared connection what the server would close it for.</summary>
internal sealed partial class RoomPublisher(
    INatsConnection connection, RoomSubjects subjects, TimeProvider time, ILogger<RoomPublisher> logger)
{
    /// <summary>More than the headers of a client's message take; the server counts them with the payload.</summary>
    private const int HeaderBytes = 1024;

    private static readonly TimeSpan RetryWait = TimeSpan.FromMilliseconds(50);

    public RoomSubjects Subjects => subjects;

    public bool IsConnected => connection.ConnectionState == NatsConnectionState.Open;

    /// <summary>Whether the server takes a payload of this length.</summary>
    public bool Fits(int payloadLength) =>
        connection.ServerInfo is not { MaxPayload: > 0 } server || payloadLength + HeaderBytes <= server.MaxPayload;

    /// <summary>Publishes; while NATS is away, it waits. A failure leaves nothing written, so that trying again sends nothing twice.</summary>
    public async ValueTask PublishAsync(
        string subject, ReadOnlyMemory<byte> payload, NatsHeaders headers, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await connection.PublishAsync(
                    subject, payload, headers, serializer: NatsRawSerializer<ReadOnlyMemory<byte>>.Default, cancellationToken: cancellationToken);
                return;
            }
            catch (NatsPayloadTooLargeException e)
            {
                // The server was replaced by one that takes less, after the check.
                Log.TooLarge(logger, payload.Length, e.Message);
                return;
            }
            catch (NatsException e)
            {
                Log.WillRetry(logger, e.Message);
                await Task.Delay(RetryWait, time, cancellationToken);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(321, LogLevel.Information, "A message of {Bytes} bytes is dropped: {Reason}")]
        public static partial void TooLarge(ILogger logger, int bytes, string reason);

        [LoggerMessage(322, LogLevel.Debug, "A message cannot be published now, trying again: {Reason}")]
        public static partial void WillRetry(ILogger logger, string reason);
    }
}

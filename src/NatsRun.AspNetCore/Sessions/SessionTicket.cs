using System.Buffers.Binary;
using System.Text;

namespace NatsRun.AspNetCore;

/// <summary>What the cookie says once it is decrypted. Times are whole seconds since 1970.</summary>
/// <param name="ClientId">The client's id, of the server's own shape.</param>
/// <param name="IssuedAt">When the ticket was made.</param>
/// <param name="ExpiresAt">
/// When it ends. It stands in the ticket, so that a longer lifetime, set later, brings no ticket back whose revocation is already
/// forgotten.
/// </param>
internal sealed record SessionTicket(string ClientId, long IssuedAt, long ExpiresAt)
{
    // version (1 byte), client id (17), issued at (8, big endian), expires at (8, big endian)
    private const byte Version = 1;
    private const int IssuedOffset = 1 + ClientIds.Length;
    private const int ExpiresOffset = IssuedOffset + sizeof(long);
    private const int Size = ExpiresOffset + sizeof(long);

    public static SessionTicket Create(string clientId, DateTimeOffset now, TimeSpan lifetime) =>
        new(clientId, now.ToUnixTimeSeconds(), (now + lifetime).ToUnixTimeSeconds());

    public byte[] Encode()
    {
        var bytes = new byte[Size];
        bytes[0] = Version;
        Encoding.ASCII.GetBytes(ClientId, bytes.AsSpan(1));
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(IssuedOffset), IssuedAt);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(ExpiresOffset), ExpiresAt);
        return bytes;
    }

    /// <summary>The ticket, or <see langword="null"/> when the bytes are none.</summary>
    public static SessionTicket? Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size || bytes[0] != Version)
        {
            return null;
        }

        var clientId = Encoding.ASCII.GetString(bytes[1..IssuedOffset]);
        return ClientIds.IsServerShape(clientId)
            ? new(clientId, BinaryPrimitives.ReadInt64BigEndian(bytes[IssuedOffset..]), BinaryPrimitives.ReadInt64BigEndian(bytes[ExpiresOffset..]))
            : null;
    }

    /// <summary>Whether the ticket has ended by its own word or by the lifetime that is set now.</summary>
    public bool HasExpired(DateTimeOffset now, TimeSpan lifetime)
    {
        var seconds = now.ToUnixTimeSeconds();
        return seconds >= ExpiresAt || seconds - IssuedAt >= (long)lifetime.TotalSeconds;
    }

    /// <summary>Whether more than half of the lifetime is over.</summary>
    public bool IsPastHalf(DateTimeOffset now, TimeSpan lifetime) =>
        now.ToUnixTimeSeconds() - IssuedAt >= (long)(lifetime / 2).TotalSeconds;
}

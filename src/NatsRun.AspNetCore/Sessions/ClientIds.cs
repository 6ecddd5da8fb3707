using System.Buffers;
using System.Security.Cryptography;

namespace NatsRun.AspNetCore;

/// <summary>
/// The client ids that the server gives out: <c>c</c> and 16 characters of base32 (RFC 4648 in lower case), which are 80 random
/// bits. Guests may not use ids of this shape.
/// </summary>
internal static class ClientIds
{
    public const int Length = 17;
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    private static readonly SearchValues<char> Allowed = SearchValues.Create(Alphabet);

    public static string Create() => string.Create(Length, 0, static (id, _) =>
    {
        id[0] = 'c';
        RandomNumberGenerator.GetItems(Alphabet, id[1..]);
    });

    public static bool IsServerShape(ReadOnlySpan<char> id) =>
        id.Length == Length && id[0] == 'c' && !id[1..].ContainsAnyExcept(Allowed);
}

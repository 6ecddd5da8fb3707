namespace NatsRun.AspNetCore;

internal static class ClientIds
{
    private static readonly System.Buffers.SearchValues<char> Base32 = System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz234567");

    public static bool IsServerShape(ReadOnlySpan<char> id) => id.Length == 17 && id[0] == 'c' && !id[1..].ContainsAnyExcept(Base32);
}

using System.Buffers.Text;
using System.Security.Cryptography;

namespace NatsRun.AspNetCore;

/// <summary>Random tokens that nobody can guess.</summary>
internal static class RandomToken
{
    /// <summary>128 random bits as 22 characters of base64url, which are valid in subjects, headers and URLs.</summary>
    public static string Create()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        return Base64Url.EncodeToString(bytes);
    }
}

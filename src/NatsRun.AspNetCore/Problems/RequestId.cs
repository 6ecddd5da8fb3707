using Microsoft.AspNetCore.Http;

namespace NatsRun.AspNetCore;

/// <summary>The id that names one HTTP request in its reply, in problem documents, in logs and on NATS.</summary>
internal static class RequestId
{
    private static readonly object Key = new();

    /// <summary>The request's id: made on first use, 22 random characters, never taken from the client.</summary>
    public static string Of(HttpContext context)
    {
        if (context.Items.TryGetValue(Key, out var existing) && existing is string id)
        {
            return id;
        }

        id = RandomToken.Create();
        context.Items[Key] = id;
        return id;
    }
}

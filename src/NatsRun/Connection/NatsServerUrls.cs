namespace NatsRun;

/// <summary>The comma-separated list of server URLs that an option holds.</summary>
internal static class NatsServerUrls
{
    public static string[] Split(string list) => list.Split(',', StringSplitOptions.TrimEntries);

    public static bool IsUsable(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "nats" or "tls" or "ws" or "wss" && uri.Host.Length > 0;

    public static bool HasCredentials(string url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.UserInfo.Length > 0;

    /// <summary>The list without user names, passwords and tokens, also where an entry is no URL.</summary>
    public static string WithoutCredentials(string list) => string.Join(", ", Split(list).Select(url =>
    {
        var scheme = url.IndexOf("://", StringComparison.Ordinal) is var i and > 0 ? url[..(i + 3)] : "";
        return url.LastIndexOf('@') is var at and >= 0 ? scheme + url[(at + 1)..] : url;
    }));
}

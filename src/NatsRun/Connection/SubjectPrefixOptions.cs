namespace NatsRun;

/// <summary>
/// The subject prefixes of the layers, bound from the configuration section <c>NatsRun:Prefixes</c>. They must not overlap:
/// each layer owns all subjects below its own.
/// </summary>
public sealed class SubjectPrefixOptions
{
    /// <summary>The configuration section these options are bound from.</summary>
    public const string Section = "NatsRun:Prefixes";

    /// <summary>HTTP requests that go into a stream: <c>{Http}.{method}.{path}</c>. Default: <c>demo.http</c>.</summary>
    public string Http { get; set; } = "demo.http";

    /// <summary>HTTP requests that are calls or plain publishes: <c>{Call}.{method}.{path}</c>. Default: <c>demo.call</c>.</summary>
    public string Call { get; set; } = "demo.call";

    /// <summary>Messages of rooms: <c>{Rooms}.{roomId}.{addressee}.&gt;</c>. Default: <c>demo.rooms</c>.</summary>
    public string Rooms { get; set; } = "demo.rooms";

    /// <summary>What reaches every socket of a client: <c>{Clients}.{clientId}.push</c>. Default: <c>demo.clients</c>.</summary>
    public string Clients { get; set; } = "demo.clients";

    /// <summary>Where replies to requests arrive. Default: <c>_INBOX</c>.</summary>
    public string Inbox { get; set; } = "_INBOX";

    internal IEnumerable<(string Name, string Prefix)> All =>
        [(nameof(Http), Http), (nameof(Call), Call), (nameof(Rooms), Rooms), (nameof(Clients), Clients), (nameof(Inbox), Inbox)];
}

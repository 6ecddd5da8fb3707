using System.Text.Json;

namespace NatsRun;

/// <summary>How payloads become objects and objects payloads.</summary>
public sealed class NatsRunJsonOptions
{
    /// <summary>
    /// The serializer's options; the web defaults unless changed. Under NativeAOT, put your source-generated context at the head
    /// of <see cref="JsonSerializerOptions.TypeInfoResolverChain"/>.
    /// </summary>
    public JsonSerializerOptions SerializerOptions { get; } = new(JsonSerializerOptions.Web);
}

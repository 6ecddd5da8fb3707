using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace NatsRun;

/// <summary>How payloads become objects and objects payloads.</summary>
public sealed class NatsRunJsonOptions
{
    /// <summary>
    /// The serializer's options; the web defaults unless changed. Under NativeAOT, put your source-generated context at the head
    /// of <see cref="JsonSerializerOptions.TypeInfoResolverChain"/>.
    /// </summary>
    public JsonSerializerOptions SerializerOptions { get; } = new(JsonSerializerDefaults.Web) { TypeInfoResolver = DefaultResolver() };

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Taken only where the runtime says that reflection-based serialization is enabled.")]
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "Taken only where the runtime says that reflection-based serialization is enabled.")]
    private static IJsonTypeInfoResolver DefaultResolver() =>
        JsonSerializer.IsReflectionEnabledByDefault ? new DefaultJsonTypeInfoResolver() : JsonTypeInfoResolver.Combine();
}

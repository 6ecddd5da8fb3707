using System.Text.Json.Serialization;

namespace NatsRun;

/// <summary>A problem document (RFC 9457) as handlers send it.</summary>
internal sealed record ProblemDocument(string Title, int Status, string? Detail, IReadOnlyDictionary<string, string[]>? Errors);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProblemDocument))]
internal sealed partial class ProblemDocumentJson : JsonSerializerContext;

namespace NatsRun.Routing;

/// <summary>Names a value of a <see cref="ChainContext"/> together with its type.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
/// <param name="Name">The name in the context, with regard to case.</param>
public readonly record struct ChainKey<T>(string Name);

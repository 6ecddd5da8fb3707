namespace Chat.Tests.Nodes;

/// <summary>Tests with a bound on time, or with so much work that they would hold up others: one after the other, with nothing beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}

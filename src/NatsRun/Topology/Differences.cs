namespace NatsRun;

/// <summary>Collects the settings in which a declaration and the server differ, and which the server never changes.</summary>
internal sealed class Differences(string name)
{
    private readonly List<string> _found = [];

    public Differences Compare<T>(string setting, T declared, T existing)
    {
        if (!EqualityComparer<T>.Default.Equals(declared, existing))
        {
            _found.Add($"{setting} is declared as {declared} and is {existing} on the server");
        }

        return this;
    }

    /// <exception cref="TopologyException">There are differences.</exception>
    public void ThrowIfAny()
    {
        if (_found.Count > 0)
        {
            throw new TopologyException($"{name} differs in what only deleting it could change: {string.Join("; ", _found)}. Delete it yourself, or change the declaration.");
        }
    }
}

using System.Globalization;

namespace NatsRun.Testing;

/// <summary>Looks at processes of this machine by their ids, as Linux's /proc tells them.</summary>
public static class Processes
{
    /// <summary>Whether the process is there; one that ended and waits to be reaped is not.</summary>
    public static bool Exists(int id) => StateOf(id) is not (null or 'Z' or 'X');

    /// <summary>The state letter of proc(5), such as S, T (stopped) or Z, or <see langword="null"/>.</summary>
    public static char? StateOf(int id) => Fields(id)?[0][0];

    public static int ParentOf(int id) =>
        int.Parse(Fields(id)?[1] ?? throw new InvalidOperationException($"There is no process {id}."), CultureInfo.InvariantCulture);

    /// <summary>The processes that this one started.</summary>
    public static IEnumerable<int> ChildrenOf(int id) =>
        Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), out var found) ? found : 0)
            .Where(found => found != 0 && Fields(found)?[1] == id.ToString(CultureInfo.InvariantCulture));

    /// <summary>Whether the process began a session of its own, as a terminal's first process does and a daemon.</summary>
    public static bool LeadsSession(int id) => Fields(id)?[3] == id.ToString(CultureInfo.InvariantCulture);

    private static string[]? Fields(int id)
    {
        try
        {
            // The name stands in brackets and may hold anything.
            var text = File.ReadAllText($"/proc/{id}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }
}

namespace NatsRun.LocalServer;

/// <summary>Looks programs up in the folders of a PATH value.</summary>
internal static class ProgramPath
{
    public static string? Find(string name, string? path) =>
        (path ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
}

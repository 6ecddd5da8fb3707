namespace NatsRun.Testing;

/// <summary>Where things lie in the working copy that these tests were built in.</summary>
public static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>A file that the build made, in the configuration of the running tests: <c>Built("Chat", "Chat.dll")</c>.</summary>
    public static string Built(string project, string file)
    {
        var configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        return Path.Combine(Root, "artifacts", "bin", project, configuration, file);
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "NatsRun.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException($"NatsRun.slnx is not above {AppContext.BaseDirectory}.");
    }
}

namespace NatsRun.LocalServer;

/// <summary>
/// The folder of a server's files: a temporary one that goes with the server, or a given one that stays and is locked against a second
/// user. The lock is the host's; the server inherits one more from its watchdog, for the moment in which it outlives a killed host.
/// </summary>
internal sealed class StoreFolder : IDisposable
{
    private readonly FileStream? _lock;

    private StoreFolder(string path, FileStream? @lock)
    {
        Path = path;
        _lock = @lock;
    }

    public string Path { get; }

    public bool IsTemporary => _lock is null;

    /// <summary>The file that the watchdog locks while the server runs, or <see langword="null"/> where there is nothing to guard.</summary>
    public string? ServerLockFile => IsTemporary ? null : System.IO.Path.Combine(Path, "natsrun-server.lock");

    public static StoreFolder Open(string? directory)
    {
        if (directory is null)
        {
            return new StoreFolder(Directory.CreateTempSubdirectory("natsrun-").FullName, null);
        }

        var path = System.IO.Path.GetFullPath(directory);
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LocalNatsServerException($"The folder {path} for nats-server's files cannot be created: {e.Message}", e);
        }

        return new StoreFolder(path, Lock(path));
    }

    public void Dispose()
    {
        _lock?.Dispose();
        if (IsTemporary && Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }

    private static FileStream Lock(string path)
    {
        try
        {
            return new FileStream(System.IO.Path.Combine(path, "natsrun.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LocalNatsServerException(
                $"The folder {path} is used by another local nats-server, or cannot be written to ({e.Message}). End the other one, or set "
                + $"{LocalNatsServerOptions.SectionName}:{nameof(LocalNatsServerOptions.StoreDirectory)} to another folder.", e);
        }
    }
}

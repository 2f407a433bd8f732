using System.Globalization;

namespace Meridian.Control.ChangeLog.Sqlite;

/// <summary>The names of what is in a store's directory, and who may read it.</summary>
internal sealed class StoreFiles
{
    /// <summary>Octets of a database page, which is also the unit in which it is written.</summary>
    public const int PageLength = 4096;

    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerDirectory = OwnerFile | UnixFileMode.UserExecute;

    public StoreFiles(string directory)
    {
        // SQLite and this process must mean the same file after a change of the working directory.
        Directory = Path.GetFullPath(directory);
    }

    public string Directory { get; }

    /// <summary>The database. Beside it SQLite keeps its write-ahead log and the log's index.</summary>
    public string Database => Path.Combine(Directory, "meridian.db");

    /// <summary>The write-ahead log: what is committed and not yet in the database.</summary>
    public string WriteAheadLog => Database + "-wal";

    /// <summary>Where readers find their pages in the write-ahead log. Of no value after a crash: it is made anew.</summary>
    public string SharedIndex => Database + "-shm";

    /// <summary>Held by the process that has the store.</summary>
    public string Lock => Path.Combine(Directory, "store.lock");

    /// <summary>Copies to repair from.</summary>
    public string Snapshots => Path.Combine(Directory, "snapshots");

    /// <summary>The copy as of a revision. Twenty digits sort as the numbers do.</summary>
    public string Snapshot(long revision) =>
        Path.Combine(Snapshots, revision.ToString("D20", CultureInfo.InvariantCulture) + ".db");

    /// <summary>The copies that there are, newest first.</summary>
    public IReadOnlyList<string> ListSnapshots() => System.IO.Directory.Exists(Snapshots)
        ? [.. System.IO.Directory.EnumerateFiles(Snapshots, "*.db").OrderDescending(StringComparer.Ordinal)]
        : [];

    /// <summary>Makes a directory that only its owner can look into, durably. One that is there is left as it is.</summary>
    public static void CreateDirectory(string path)
    {
        if (System.IO.Directory.Exists(path))
        {
            return;
        }
        CreateForOwner(path);
        DurableFiles.SyncDirectory(Path.GetDirectoryName(Path.GetFullPath(path)) ?? path);
    }

    private static void CreateForOwner(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            System.IO.Directory.CreateDirectory(path);
            return;
        }
        System.IO.Directory.CreateDirectory(path, OwnerDirectory);
    }

    /// <summary>
    /// Makes an empty file that only its owner can read: what SQLite makes by itself anyone may read, and a store holds keys.
    /// Its companions get its permissions. Fails when the file is there.
    /// </summary>
    public static void CreateFile(string path)
    {
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerFile;
        }
        new FileStream(path, options).Dispose();
    }
}

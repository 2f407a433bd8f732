namespace Meridian.Control.ChangeLog.Sqlite;

/// <summary>
/// One process has a store: two would each believe their own head. The lock is the kernel's, so it ends with the process
/// however it ends. Readers (a backup) need none.
/// </summary>
internal sealed class StoreLock : IDisposable
{
    private readonly FileStream _file;

    private StoreLock(FileStream file)
    {
        _file = file;
    }

    /// <summary>Throws <see cref="ChangeLogException"/> when another process has the store.</summary>
    public static StoreLock Take(StoreFiles files)
    {
        if (!File.Exists(files.Lock))
        {
            try
            {
                StoreFiles.CreateFile(files.Lock);
            }
            catch (IOException) when (File.Exists(files.Lock))
            {
                // Another process was quicker: opening tells whether it has the lock.
            }
        }
        try
        {
            FileStream file = new(files.Lock, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            file.SetLength(0);
            file.Write(System.Text.Encoding.ASCII.GetBytes($"{Environment.ProcessId}\n"));
            file.Flush();
            return new StoreLock(file);
        }
        catch (IOException e)
        {
            throw new ChangeLogException($"{files.Directory}: another process has the store, or it cannot be locked ({e.Message})", e);
        }
    }

    public void Dispose() => _file.Dispose();
}

using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Meridian.Control.ChangeLog.Sqlite;

/// <summary>Makes files and names survive a power cut: a file is durable when it was synced, its name when its directory was.</summary>
internal static class DurableFiles
{
    private const int ReadOnly = 0;

    /// <summary>Has the disk take what a file holds.</summary>
    public static void Sync(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Has the disk take the names in a directory. Where there is no such call (Windows) the file system sees to it.</summary>
    public static void SyncDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }
        int descriptor = Open(path, ReadOnly);
        if (descriptor < 0)
        {
            throw new IOException($"{path}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
        int code = Fsync(descriptor);
        string error = Marshal.GetLastPInvokeErrorMessage();
        _ = Close(descriptor);
        if (code != 0)
        {
            throw new IOException($"{path}: {error}");
        }
    }

    /// <summary>Copies a file, for its owner alone, and syncs the copy. One that is there is replaced.</summary>
    /// <returns>SHA-256 of what was copied.</returns>
    public static ContentHash Copy(string source, string destination)
    {
        File.Delete(destination);
        StoreFiles.CreateFile(destination);
        using FileStream from = new(source, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using FileStream to = new(destination, FileMode.Open, FileAccess.Write, FileShare.None);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[1 << 20];
        int read;
        while ((read = from.Read(buffer)) > 0)
        {
            hash.AppendData(buffer, 0, read);
            to.Write(buffer, 0, read);
        }
        to.Flush(flushToDisk: true);
        return new ContentHash(hash.GetHashAndReset());
    }

    /// <summary>SHA-256 of a file, as <c>sha256sum</c> prints it.</summary>
    public static ContentHash HashOf(string path)
    {
        using FileStream file = File.OpenRead(path);
        return new ContentHash(SHA256.HashData(file));
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Fsync(int descriptor);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
}

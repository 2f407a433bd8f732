namespace Meridian.Control.Configuration;

/// <summary>Configuration files on the disk.</summary>
public sealed class DiskConfigurationFiles : IConfigurationFiles
{
    // For what says no length of its own.
    private const int LeastBuffer = 64 * 1024;

    public bool DirectoryExists(string path) => Directory.Exists(path);

    public IReadOnlyList<string> ListDirectory(string path)
    {
        try
        {
            // Hidden names are editors' lock and swap files, and the versioned directories of a Kubernetes ConfigMap.
            return Directory.EnumerateFiles(path).Where(file => Path.GetFileName(file)[0] != '.').ToList();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    public FileReadStatus TryRead(string path, int maxLength, out byte[] content)
    {
        content = [];
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return TryReadAll(file, maxLength, out content) ? FileReadStatus.Read : FileReadStatus.TooLong;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return FileReadStatus.Missing;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return FileReadStatus.Unreadable;
        }
    }

    public FileStamp? GetStamp(string path)
    {
        try
        {
            FileInfo file = new(path);
            // A ConfigMap's file is a link that never changes itself: what it leads to is replaced.
            FileInfo target = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            return target.Exists ? new FileStamp(target.Length, target.LastWriteTimeUtc) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    private static bool TryReadAll(FileStream file, int maxLength, out byte[] content)
    {
        // The length that it has now is where to begin: the file may grow meanwhile, or be a pipe, which has none.
        content = new byte[file.CanSeek ? Math.Min(file.Length, maxLength) : 0];
        int length = 0;
        while (true)
        {
            int count = file.Read(content.AsSpan(length));
            length += count;
            if (length < content.Length && count > 0)
            {
                continue;
            }
            int more = file.ReadByte();
            if (more < 0)
            {
                Array.Resize(ref content, length);
                return true;
            }
            if (length == maxLength)
            {
                content = [];
                return false;
            }
            Array.Resize(ref content, (int)Math.Min(Math.Max(LeastBuffer, 2L * length), maxLength));
            content[length++] = (byte)more;
        }
    }
}

namespace Meridian.Control.Configuration;

/// <summary>Configuration files on the disk.</summary>
public sealed class DiskConfigurationFiles : IConfigurationFiles
{
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
            using MemoryStream read = new();
            byte[] buffer = new byte[64 * 1024];
            // The length is not asked beforehand: the file may grow meanwhile, or be a pipe.
            for (int count = file.Read(buffer); count > 0; count = file.Read(buffer))
            {
                if (read.Length + count > maxLength)
                {
                    return FileReadStatus.TooLong;
                }
                read.Write(buffer, 0, count);
            }
            content = read.ToArray();
            return FileReadStatus.Read;
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
}

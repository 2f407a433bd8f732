namespace Meridian.Control.Configuration;

/// <summary>How an attempt to read a file ended.</summary>
public enum FileReadStatus
{
    Read,
    Missing,

    /// <summary>Longer than the caller accepts.</summary>
    TooLong,

    /// <summary>There, but the system does not let it be read.</summary>
    Unreadable,
}

/// <summary>What tells cheaply that a file may have changed.</summary>
/// <param name="Length">Octets.</param>
/// <param name="ModifiedAt">Of the file that the path finally leads to, through links.</param>
public readonly record struct FileStamp(long Length, DateTimeOffset ModifiedAt);

/// <summary>
/// Where configuration documents and zone files come from: the disk, a saved copy, or a test's memory.
/// </summary>
public interface IConfigurationFiles
{
    bool DirectoryExists(string path);

    /// <summary>
    /// The paths of the files directly in a directory, hidden ones (a leading dot) left out; empty when it is not
    /// there.
    /// </summary>
    IReadOnlyList<string> ListDirectory(string path);

    /// <summary>
    /// Reads a whole file; empty unless <see cref="FileReadStatus.Read"/>. Does not throw when it cannot be read.
    /// </summary>
    FileReadStatus TryRead(string path, int maxLength, out byte[] content);

    /// <summary>The stamp of a file, or null when it is not there.</summary>
    FileStamp? GetStamp(string path);
}

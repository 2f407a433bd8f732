using System.Collections.Immutable;

namespace Meridian.Control.Configuration;

/// <summary>
/// Configuration files that are held in memory: a saved copy, or documents that came over the network.
/// </summary>
/// <param name="files">Contents by path.</param>
/// <param name="root">The path that is to be loaded; a file, or the directory of some.</param>
public sealed class MemoryConfigurationFiles(ImmutableSortedDictionary<string, ReadOnlyMemory<byte>> files, string root) : IConfigurationFiles
{
    /// <summary>What to give to <see cref="ConfigurationLoader.Load(string)"/>.</summary>
    public string Root => root;

    /// <summary>The same with one file written.</summary>
    public MemoryConfigurationFiles With(string path, ReadOnlyMemory<byte> content) => new(files.SetItem(path, content), root);

    public bool DirectoryExists(string path) => ListDirectory(path).Count > 0;

    public IReadOnlyList<string> ListDirectory(string path)
    {
        string directory = Path.TrimEndingDirectorySeparator(path);
        return files.Keys.Where(file => Path.GetDirectoryName(file) == directory).ToList();
    }

    public FileReadStatus TryRead(string path, int maxLength, out byte[] content)
    {
        content = [];
        if (!files.TryGetValue(path, out ReadOnlyMemory<byte> found))
        {
            return FileReadStatus.Missing;
        }
        if (found.Length > maxLength)
        {
            return FileReadStatus.TooLong;
        }
        content = found.ToArray();
        return FileReadStatus.Read;
    }

    public FileStamp? GetStamp(string path) =>
        files.TryGetValue(path, out ReadOnlyMemory<byte> found) ? new FileStamp(found.Length, DateTimeOffset.UnixEpoch) : null;
}

namespace Meridian.Control.Configuration.State;

/// <summary>
/// Writes a file so that at any moment, also after <c>kill -9</c>, either the old or the new content is there.
/// </summary>
internal static class AtomicFile
{
    private const string TemporarySuffix = ".tmp";

    /// <summary>
    /// Throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> when the disk does not take it.
    /// </summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        string temporary = path + TemporarySuffix;
        FileStreamOptions options = new() { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            // Copies of a configuration hold what it holds: the secrets of server cookies, for one.
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        using (FileStream file = new(temporary, options))
        {
            file.Write(content);
            // The content must be on the disk before the name leads to it.
            file.Flush(flushToDisk: true);
        }
        File.Move(temporary, path, overwrite: true);
    }
}

namespace Meridian.Architecture.Tests;

/// <summary>The repository that these tests are built from.</summary>
internal static class Repository
{
    // Larger files are no text that a rule could read; their size is judged by their length alone.
    private const long TextLengthMax = 4 * 1024 * 1024;

    /// <summary>The directory that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Every file that version control would hold, relative to the root, with forward slashes, in ordinal order.</summary>
    public static IReadOnlyList<string> Paths { get; } = [.. ListFiles().Order(StringComparer.Ordinal)];

    /// <summary>The files that are text.</summary>
    public static IReadOnlyList<SourceFile> TextFiles { get; } = [.. Paths.Select(TryRead).OfType<SourceFile>()];

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    public static long LengthOf(string path) => new FileInfo(Path.Combine(Root, path)).Length;

    private static SourceFile? TryRead(string path)
    {
        if (LengthOf(path) > TextLengthMax)
        {
            return null;
        }
        string text = Read(path);
        return text.Contains('\0', StringComparison.Ordinal) ? null : new SourceFile(path, text);
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? directory = new(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Meridian.slnx")))
            {
                return directory.FullName;
            }
        }
        throw new InvalidOperationException($"No Meridian.slnx above {AppContext.BaseDirectory}.");
    }

    // Reads .gitignore instead of asking git, so that the tests also run on an unpacked archive.
    private static IEnumerable<string> ListFiles()
    {
        IgnoreRules ignored = IgnoreRules.Parse(File.ReadAllText(Path.Combine(Root, ".gitignore")));
        var pending = new Stack<string>([Root]);
        while (pending.TryPop(out string? directory))
        {
            foreach (string child in Directory.EnumerateDirectories(directory))
            {
                if (!ignored.IsIgnoredDirectory(Path.GetFileName(child)))
                {
                    pending.Push(child);
                }
            }
            foreach (string file in Directory.EnumerateFiles(directory))
            {
                if (!ignored.IsIgnoredFile(Path.GetFileName(file)))
                {
                    yield return Path.GetRelativePath(Root, file).Replace('\\', '/');
                }
            }
        }
    }
}

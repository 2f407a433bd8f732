namespace Meridian.Architecture.Tests;

/// <summary>The part of .gitignore that this repository uses: <c>name/</c>, <c>*.suffix</c> and <c>name</c>, at any depth.</summary>
internal sealed class IgnoreRules
{
    private readonly HashSet<string> _directories = new(StringComparer.Ordinal) { ".git" };
    // In a linked worktree .git is a file.
    private readonly HashSet<string> _files = new(StringComparer.Ordinal) { ".git" };
    private readonly List<string> _suffixes = [];

    private IgnoreRules()
    {
    }

    public static IgnoreRules Parse(string text)
    {
        var rules = new IgnoreRules();
        foreach (string line in text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith('#'))
            {
                continue;
            }
            if (line.StartsWith("*.", StringComparison.Ordinal))
            {
                rules._suffixes.Add(line[1..]);
            }
            else if (line.EndsWith('/') && line.IndexOf('/', StringComparison.Ordinal) == line.Length - 1)
            {
                rules._directories.Add(line[..^1]);
            }
            else if (line.IndexOfAny(['/', '*', '!', '[']) < 0)
            {
                rules._files.Add(line);
            }
            else
            {
                // A pattern that is silently not understood would make the rules read build output.
                throw new FormatException($"The .gitignore pattern '{line}' is of a kind that IgnoreRules does not know: extend it.");
            }
        }
        return rules;
    }

    public bool IsIgnoredDirectory(string name) => _directories.Contains(name);

    public bool IsIgnoredFile(string name) =>
        _files.Contains(name) || _suffixes.Exists(suffix => name.EndsWith(suffix, StringComparison.Ordinal));
}

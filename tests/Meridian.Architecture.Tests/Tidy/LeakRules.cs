using System.Text.RegularExpressions;

namespace Meridian.Architecture.Tests.Tidy;

/// <summary>What a public repository must not tell of the machines that it was written on.</summary>
internal static partial class LeakRules
{
    // Files in which package clients name the place a package came from.
    private static readonly string[] PackageFiles = ["package-lock.json", "npm-shrinkwrap.json", ".npmrc", "nuget.config", "packages.lock.json", "yarn.lock"];

    private static readonly string[] PublicRegistries = ["registry.npmjs.org", "api.nuget.org"];

    // Sites that lock files name for their own reasons: donations, licences, sources.
    private static readonly string[] ReferencesInLockFiles = ["github.com", "opencollective.com", "tidelift.com", "www.patreon.com", "feross.org"];

    /// <summary>No absolute path of a developer's machine: it works nowhere else.</summary>
    public static IEnumerable<Violation> CheckMachinePaths(SourceFile file) =>
        Matches(file, MachinePath(), match => $"holds the machine path '{match}': use a path relative to the repository.");

    /// <summary>Package lock files come from the public registries, so that they restore for everybody.</summary>
    public static IEnumerable<Violation> CheckRegistries(SourceFile file)
    {
        string name = Path.GetFileName(file.Path);
        if (!PackageFiles.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            return [];
        }
        return Matches(file, UrlHost(), match => $"names the package source '{match}': generate it against {string.Join(" or ", PublicRegistries)}.")
            .Where(violation => !PublicRegistries.Concat(ReferencesInLockFiles).Any(host =>
                violation.Message.Contains($"'{host}'", StringComparison.Ordinal)));
    }

    private static IEnumerable<Violation> Matches(SourceFile file, Regex pattern, Func<string, string> message)
    {
        string[] lines = file.Lines;
        for (int index = 0; index < lines.Length; index++)
        {
            foreach (Match match in pattern.Matches(lines[index]))
            {
                yield return new Violation(file.Path, index + 1, message(match.Groups["found"].Value));
            }
        }
    }

    // Not after a word, a dot or a slash: 'src/work/' and 'http://host/root/' are other things.
    [GeneratedRegex(@"(?<![\w./~$}>-])(?<found>/(work|root|home/\w+|Users/\w+)/)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"https?://(?<found>[^/\s""'<>]+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex UrlHost();
}

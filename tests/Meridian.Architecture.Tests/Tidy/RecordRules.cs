using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Meridian.Architecture.Tests.Tidy;

/// <summary>What code and documents must say of each other.</summary>
internal static partial class RecordRules
{
    private const string PackagesFile = "Directory.Packages.props";
    private const string DependencyRecord = "docs/adr/0002-dependencies.md";

    /// <summary>Each package has its line, with reason, licence and alternative; each line has its package.</summary>
    public static IEnumerable<Violation> CheckDependencies(string packagesProps, string record)
    {
        string[] packages = [.. XDocument.Parse(packagesProps).Descendants("PackageVersion").Select(item => (string?)item.Attribute("Include")).OfType<string>()];
        string[][] rows = [.. record.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Trim().Trim('|').Split('|', StringSplitOptions.TrimEntries))];
        string[] recorded = [.. rows.SelectMany(row => BackQuoted().Matches(row[0]).Select(match => match.Groups[1].Value))];
        foreach (string package in packages.Except(recorded))
        {
            yield return new Violation(PackagesFile, 0, $"the package {package} has no line in {DependencyRecord}: say why it is needed, "
                + "under which licence, and what the alternative was.");
        }
        foreach (string package in recorded.Except(packages))
        {
            yield return new Violation(DependencyRecord, 0, $"records the package {package}, which {PackagesFile} does not have: remove the line.");
        }
        foreach (string[] row in rows.Where(row => row.Length < 4 || row.Any(cell => cell.Length == 0)))
        {
            yield return new Violation(DependencyRecord, 0, $"the line of {row[0]} lacks its reason, licence or alternative.");
        }
    }

    /// <summary>Versions stand in one place, so that two projects never disagree and none slips past the record.</summary>
    public static IEnumerable<Violation> CheckVersions(SourceFile file)
    {
        if (!file.Path.EndsWith(".csproj", StringComparison.Ordinal))
        {
            yield break;
        }
        foreach (XElement reference in XDocument.Parse(file.Text).Descendants().Where(item => item.Name.LocalName == "PackageReference"))
        {
            if (reference.Attribute("Version") is not null || reference.Attribute("VersionOverride") is not null)
            {
                yield return new Violation(file.Path, 0, $"gives the package {(string?)reference.Attribute("Include")} a version of its own: "
                    + $"put it into {PackagesFile}, and its line into {DependencyRecord}.");
            }
        }
    }

    /// <summary>Each metric that the code names is in an operator's list, with its unit.</summary>
    public static IEnumerable<Violation> CheckMetrics(IEnumerable<SourceFile> files)
    {
        SourceFile[] all = [.. files];
        HashSet<string> documented = [.. all
            .Where(file => file.IsMarkdown && file.Path.StartsWith("docs/operations/metrics", StringComparison.Ordinal))
            .SelectMany(file => BackQuoted().Matches(file.Text).Select(match => BareName(match.Groups[1].Value)))];
        foreach (SourceFile file in all.Where(file => file.IsCSharp && file.IsProduct))
        {
            foreach ((string name, int line) in MetricsNamedIn(file))
            {
                if (!documented.Contains(name))
                {
                    yield return new Violation(file.Path, line, $"names the metric {name}, which no docs/operations/metrics*.md lists: "
                        + "add it there in backquotes, with its unit and meaning.");
                }
            }
        }
    }

    /// <summary>Links between documents lead somewhere.</summary>
    /// <param name="file">A document.</param>
    /// <param name="exists">Whether the repository has a file or directory of this path.</param>
    public static IEnumerable<Violation> CheckLinks(SourceFile file, Func<string, bool> exists)
    {
        if (!file.IsMarkdown)
        {
            yield break;
        }
        string[] lines = file.Lines;
        bool inFence = false;
        for (int index = 0; index < lines.Length; index++)
        {
            inFence ^= lines[index].TrimStart().StartsWith("```", StringComparison.Ordinal);
            if (inFence)
            {
                continue;
            }
            foreach (Match match in Link().Matches(InlineCode().Replace(lines[index], "")))
            {
                string target = match.Groups[1].Value;
                if (!IsAbsolute(target) && !exists(Resolve(file.Path, target)))
                {
                    yield return new Violation(file.Path, index + 1, $"links to {target}, which is not there.");
                }
            }
        }
    }

    private static IEnumerable<(string Name, int Line)> MetricsNamedIn(SourceFile file) =>
        file.Syntax.DescendantTokens()
            .Where(token => token.IsKind(SyntaxKind.StringLiteralToken) || token.IsKind(SyntaxKind.Utf8StringLiteralToken))
            .Where(token => MetricName().IsMatch(token.ValueText) || IsInstrumentName(token))
            .Select(token => (token.ValueText, file.LineOf(token.SpanStart)));

    // The first argument of meter.CreateCounter<long>("…") and its siblings.
    private static bool IsInstrumentName(SyntaxToken token) =>
        token.Parent?.Parent is ArgumentSyntax { Parent: ArgumentListSyntax { Parent: InvocationExpressionSyntax invocation } list } argument
        && list.Arguments[0] == argument
        && invocation.Expression is MemberAccessExpressionSyntax access
        && InstrumentFactory().IsMatch(access.Name.Identifier.ValueText);

    // `meridian_queries_total{transport="udp"}` lists meridian_queries_total.
    private static string BareName(string name) => name.Split('{')[0].Trim();

    private static bool IsAbsolute(string target) => target.StartsWith('#') || AbsoluteTarget().IsMatch(target);

    private static string Resolve(string from, string target)
    {
        var parts = new List<string>(from.Split('/')[..^1]);
        foreach (string part in target.Split('#')[0].Split('?')[0].Split('/'))
        {
            if (part == ".." && parts.Count > 0)
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part is not ("." or "" or ".."))
            {
                parts.Add(part);
            }
        }
        return string.Join('/', parts);
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex BackQuoted();

    // meridian_dns_queries_total as Prometheus has it, meridian.dns.queries as an instrument is called; not meridian.yaml.
    [GeneratedRegex(@"^meridian((_[a-z0-9]+){2,}|(\.[a-z0-9_]+){2,})$", RegexOptions.ExplicitCapture)]
    private static partial Regex MetricName();

    [GeneratedRegex("^Create(Observable)?(Counter|UpDownCounter|Gauge|Histogram)$", RegexOptions.ExplicitCapture)]
    private static partial Regex InstrumentFactory();

    [GeneratedRegex("`[^`]*`")]
    private static partial Regex InlineCode();

    [GeneratedRegex(@"\]\(<?([^)\s>]+)>?(?:\s+""[^""]*"")?\)")]
    private static partial Regex Link();

    [GeneratedRegex("^[a-z][a-z0-9+.-]*:", RegexOptions.IgnoreCase)]
    private static partial Regex AbsoluteTarget();
}

using System.Collections.Immutable;
using Meridian.Control.Configuration;
using Meridian.Engine.Geo;
using Meridian.Engine.Model;

namespace Meridian.Control.Linting;

/// <summary>Looks for what is allowed and yet will not do what its author meant. Pure.</summary>
public static class Linter
{
    /// <summary>Lints a configuration that has no errors.</summary>
    /// <param name="loaded">A load with a model.</param>
    /// <param name="places">The location database, for concrete clients.</param>
    public static LintReport Lint(LoadResult loaded, PlaceDatabase places)
    {
        MeridianModel model = loaded.Model ?? throw new ArgumentException("Only a configuration without errors can be linted.", nameof(loaded));
        LintFinding[] found =
        [
            .. PolicyRulesets.Find(model),
            .. ClientRulesets.Find(model, places),
            .. PoolRulesets.Find(model),
            .. RecordRulesets.Find(model),
            .. ViewRulesets.Find(model),
        ];
        ImmutableArray<LintFinding> open = [.. found.Where(finding => !loaded.Silences.Any(silence => silence.Covers(finding)))];
        IEnumerable<LintFinding> unused = loaded.Silences
            .Where(silence => !found.Any(silence.Covers))
            .Select((silence, i) => new LintFinding(LintRule.SilenceUnused, "lint/silence", $"'{silence.Rule}' at '{silence.At}' is silenced and does not occur"));
        return new LintReport(
            [.. open.Concat(unused).Select(finding => Locate(loaded, finding)).OrderBy(located => located.Position.File, StringComparer.Ordinal).ThenBy(located => located.Position.Line)],
            found.Length - open.Length);
    }

    private static LocatedFinding Locate(LoadResult loaded, LintFinding finding) => new(
        finding, loaded.Positions.TryFind(finding.Path, out SourcePosition? at) ? at.Value : new SourcePosition(loaded.Root, 1, 1));
}

/// <summary>What a lint found.</summary>
/// <param name="Findings">By file and line.</param>
/// <param name="SilencedCount">Findings that the configuration silences.</param>
public sealed record LintReport(ImmutableArray<LocatedFinding> Findings, int SilencedCount)
{
    /// <summary>Whether anything is at least so bad.</summary>
    public bool Has(LintSeverity severity) => Findings.Any(located => located.Finding.Rule.Severity >= severity);
}

/// <summary>A finding with its place in the files.</summary>
public sealed record LocatedFinding(LintFinding Finding, SourcePosition Position);

using System.Collections.Immutable;
using System.IO.Enumeration;

namespace Meridian.Conformance.Tests.Differential;

/// <summary>A kind of difference that is on purpose.</summary>
/// <param name="Pattern">Of signatures; <c>*</c> stands for anything.</param>
/// <param name="Rfc">Which document sides with us, or leaves it open.</param>
/// <param name="Reason">Why, for people.</param>
internal sealed record ExpectedDifference(string Pattern, string Rfc, string Reason)
{
    public bool Matches(string signature) => FileSystemName.MatchesSimpleExpression(Pattern, signature, ignoreCase: false);

    /// <summary>Expected/differential.txt: <c>signature | RFC | reason</c>, one per line.</summary>
    public static ImmutableArray<ExpectedDifference> Read() =>
    [
        .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Expected", "differential.txt"))
            .Select(line => line.Trim())
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(Parse),
    ];

    private static ExpectedDifference Parse(string line)
    {
        string[] fields = line.Split('|', StringSplitOptions.TrimEntries);
        return fields.Length == 3 && fields.All(field => field.Length > 0)
            ? new ExpectedDifference(fields[0], fields[1], fields[2])
            : throw new FormatException($"'{line}': expected signature | RFC | reason");
    }
}

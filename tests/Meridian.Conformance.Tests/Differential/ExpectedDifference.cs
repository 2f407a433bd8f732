using System.Collections.Immutable;
using System.IO.Enumeration;

namespace Meridian.Conformance.Tests.Differential;

/// <summary>A kind of difference that is on purpose.</summary>
/// <param name="Pattern">Of signatures; <c>*</c> stands for anything.</param>
/// <param name="Rfc">Which document sides with us, or leaves it open.</param>
/// <param name="Reason">Why, for people.</param>
/// <param name="IsRare">Not every seed shows it: it may stay on the list unseen.</param>
internal sealed record ExpectedDifference(string Pattern, string Rfc, string Reason, bool IsRare)
{
    private const string RareMark = "? ";

    public bool Matches(string signature) => FileSystemName.MatchesSimpleExpression(Pattern, signature, ignoreCase: false);

    /// <summary>Expected/differential.txt: <c>signature | RFC | reason</c>, one per line; <c>? </c> in front of a rare one.</summary>
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
            ? new ExpectedDifference(
                fields[0].StartsWith(RareMark, StringComparison.Ordinal) ? fields[0][RareMark.Length..] : fields[0],
                fields[1],
                fields[2],
                fields[0].StartsWith(RareMark, StringComparison.Ordinal))
            : throw new FormatException($"'{line}': expected signature | RFC | reason");
    }
}

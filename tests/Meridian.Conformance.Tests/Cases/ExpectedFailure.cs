using System.Collections.Immutable;
using Meridian.Conformance.Tests.Subjects;

namespace Meridian.Conformance.Tests.Cases;

/// <summary>A case that a subject is known to fail, with the reason.</summary>
/// <param name="Subject">The server.</param>
/// <param name="Case">RFC and name of the case.</param>
/// <param name="Reason">Why, for people.</param>
internal sealed record ExpectedFailure(SubjectKind Subject, string Case, string Reason)
{
    private const int Fields = 4;

    /// <summary>Expected/conformance.txt: <c>subject | RFC NNNN | case | reason</c>, one per line.</summary>
    public static ImmutableArray<ExpectedFailure> All { get; } = Read(Path.Combine(AppContext.BaseDirectory, "Expected", "conformance.txt"));

    public static ImmutableArray<ExpectedFailure> Read(string path) =>
    [
        .. File.ReadLines(path)
            .Select(line => line.Trim())
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(Parse),
    ];

    private static ExpectedFailure Parse(string line)
    {
        string[] fields = line.Split('|', StringSplitOptions.TrimEntries);
        return fields.Length == Fields && fields[3].Length > 0 && Enum.TryParse(fields[0], ignoreCase: true, out SubjectKind subject)
            ? new ExpectedFailure(subject, $"{fields[1]} | {fields[2]}", fields[3])
            : throw new FormatException($"'{line}': expected subject | RFC | case | reason");
    }
}

namespace Meridian.Conformance.Tests.Fuzz;

/// <summary>
/// tests/regressions: one directory per mistake that was made, data only. <c>case.txt</c> says which target takes <c>input.bin</c>.
/// </summary>
public sealed class RegressionTests
{
    private static readonly string Root = Path.Combine(AppContext.BaseDirectory, "regressions");

    public static TheoryData<string> Slugs =>
        [.. Directory.EnumerateDirectories(Root).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Slugs))]
    public void Input_OfARegression_IsTaken(string slug)
    {
        string directory = Path.Combine(Root, slug);
        string target = File.ReadLines(Path.Combine(directory, "case.txt")).Single(line => line.StartsWith("target: ", StringComparison.Ordinal))["target: ".Length..];
        FuzzTargets.CreateAll().Single(candidate => candidate.Name == target).Take(File.ReadAllBytes(Path.Combine(directory, "input.bin")));
    }
}

using Meridian.Conformance.Tests.Subjects;

namespace Meridian.Conformance.Tests.Differential;

/// <summary>The same zones into four servers, and the same questions to all of them: two references that agree are the oracle.</summary>
public sealed class DifferentialTests(SubjectFleet fleet, ITestOutputHelper output)
{
    private const int CharactersShown = 20_000;
    private const string ReportVariable = "MERIDIAN_DIFFERENTIAL_REPORT";

    [Fact]
    public async Task Answers_GeneratedQuestions_AreThoseOfTheMajority() => await RunAsync(DifferentialOptions.Short, isLong: false);

    /// <summary><c>make differential</c>: as many questions as wanted, and a report in a file.</summary>
    [Fact(Explicit = true)]
    public async Task Answers_ManyGeneratedQuestions_AreThoseOfTheMajority() => await RunAsync(DifferentialOptions.Long, isLong: true);

    private async Task RunAsync(DifferentialOptions options, bool isLong)
    {
        IReadOnlyList<ISubject> subjects = await fleet.GetAsync();
        if (subjects.Count < Enum.GetValues<SubjectKind>().Length)
        {
            Assert.Skip($"needs all subjects; {SubjectSelection.Variable} chose {subjects.Count}");
        }
        using DifferentialRun run = new(subjects);
        DifferentialReport report = run.Run(ZoneCollection.All, options, isLong ? output.WriteLine : _ => { });
        string text = report.Format();
        if (Environment.GetEnvironmentVariable(ReportVariable) is { Length: > 0 } path)
        {
            await File.WriteAllTextAsync(path, text, TestContext.Current.CancellationToken);
        }
        Assert.True(report.Unexplained.Count == 0, text[..Math.Min(text.Length, CharactersShown)]);
        if (isLong && options is { Seed: DifferentialOptions.DefaultSeed, Queries: >= DifferentialOptions.LongQueries })
        {
            // Only a run that is always the same, and long, is sure to see every kind.
            Assert.True(report.Unseen.Count == 0, $"take off the list, nothing was seen of: {string.Join("; ", report.Unseen.Select(entry => entry.Pattern))}");
        }
    }
}

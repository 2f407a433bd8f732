using Meridian.Host.Lab;

namespace Meridian.Host.Tests;

/// <summary>A short experiment with one cache of each kind, so that the long one runs when somebody wants it.</summary>
public sealed class LabTests
{
    private const int Ttl = 2;

    // A busy machine answers late, and everything here is in real time.
    private const double SlackSeconds = 4;

    [Fact]
    public async Task RunAsync_RegionDies_EachCacheHasMovedWhenItsSettingsSay()
    {
        LabOptions options = new()
        {
            Ttl = Ttl,
            LookupsPerSecond = 10,
            Mix = [.. ResolverKind.All.Select(kind => (kind, 1))],
        };
        Assert.All(options.Mix, part => Assert.True(
            part.Kind.FindCommand() is not null, $"{part.Kind.Package} is not installed: scripts/install-test-packages.sh does it"));
        await using LabRun run = new(options, LabPlan.Create(), TextWriter.Null, TimeProvider.System);
        StringWriter error = new();

        LabResult? result = await run.RunAsync(error, TestContext.Current.CancellationToken);

        Assert.True(result is not null, error.ToString());
        Assert.InRange(result.AnsweredAfter ?? double.MaxValue, 0, 6);
        Assert.True(result.Lookups > 500, $"{result.Lookups} lookups");
        Assert.InRange((double)result.Unanswered / result.Lookups, 0, 0.02);
        foreach (LabPopulation population in result.Populations)
        {
            double life = ResolverKind.All.Single(kind => kind.Name == population.Name).Behaviour(Ttl).LifetimeOf(Ttl);
            Assert.InRange(population.Moved[3] ?? double.MaxValue, 0, result.AnsweredAfter!.Value + life + SlackSeconds);
        }
    }

    [Theory]
    [InlineData("unbound", "is not a kind and a number")]
    [InlineData("unbund=2", "expected one of unbound")]
    [InlineData("unbound=2000", "at most 1000 caches")]
    public async Task RunAsync_MixThatIsNone_SaysWhatWasExpected(string mix, string expected)
    {
        StringWriter error = new();

        int exit = await LabCommandLine.RunAsync(
            new LabOptions(), "70/30", mix, TextWriter.Null, error, TestContext.Current.CancellationToken);

        Assert.Equal(ExitCodes.Failure, exit);
        Assert.Contains(expected, error.ToString(), StringComparison.Ordinal);
    }
}

using Meridian.Host.Lab;
using Meridian.Simulation.Population;

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
            Ttls = [Ttl],
            LookupsPerSecond = 10,
            Mixes = [new LabMix([.. ResolverKind.All.Select(kind => new LabPart(kind, HoldsLong(kind) ? 4 : 1))])],
        };
        Assert.All(options.Mixes[0].Parts, part => Assert.True(
            part.Kind.FindCommand() is not null, $"{part.Kind.Package} is not installed: scripts/install-test-packages.sh does it"));
        await using LabRun run = new(options, LabPlan.Create(), TextWriter.Null, TimeProvider.System);
        StringWriter error = new();

        LabResult? result = await run.RunAsync(error, TestContext.Current.CancellationToken);

        Assert.True(result is not null, error.ToString());
        Assert.InRange(result.AnsweredAfter ?? double.MaxValue, 0, 6);
        Assert.True(result.Lookups > 500, $"{result.Lookups} lookups");
        Assert.InRange((double)result.Unanswered / result.Lookups, 0, 0.02);
        // Caches are asked three seconds after the event, and those that hold what did not change have nothing to say: each of
        // the twelve that hold answers for so long says something every other time.
        Assert.NotEmpty(result.Inspections);
        foreach (LabPopulation population in result.Cells[0].Populations)
        {
            double life = ResolverKind.All.Single(kind => kind.Name == population.Name).Behaviour(Ttl).LifetimeOf(Ttl);
            Assert.InRange(population.Moved[3] ?? double.MaxValue, 0, result.AnsweredAfter!.Value + life + SlackSeconds);
        }
    }

    [Fact]
    public async Task RunAsync_ModelsOfResolvers_MoveAsTheyAreBelievedToAndAreCalledModels()
    {
        LabOptions options = new()
        {
            Ttls = [1],
            LookupsPerSecond = 10,
            Mixes = [new LabMix([.. ResolverKind.All.Where(kind => kind.CachesPerAddress == 1).Select(kind => new LabPart(kind.AsModel(), 1))])],
            Watch = TimeSpan.FromSeconds(10),
        };
        await using LabRun run = new(options, LabPlan.Create(), TextWriter.Null, TimeProvider.System);
        StringWriter error = new();

        LabResult? result = await run.RunAsync(error, TestContext.Current.CancellationToken);

        Assert.True(result is not null, error.ToString());
        foreach (LabPopulation population in result.Cells[0].Populations)
        {
            double life = options.Mixes[0].Parts.Single(part => part.Kind.Name == population.Name).Kind.Behaviour(1).LifetimeOf(1);
            Assert.InRange(population.Moved[3] ?? double.MaxValue, 0, result.AnsweredAfter!.Value + life + SlackSeconds);
        }
        Assert.Contains("NOT REAL: model of unbound is built in", LabView.Render(result), StringComparison.Ordinal);
        Assert.Contains("Not real: model of dnsmasq-ignore", LabHtml.Render(result), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(CacheClock.Exact, 3.4, 23.4)]
    [InlineData(CacheClock.ThroughLastSecond, 3.4, 24)]
    [InlineData(CacheClock.UntilLastSecond, 3.4, 23)]
    public void ExpiryOf_WholeSeconds_IsAsTheCacheCounts(CacheClock clock, double fetchedAt, double expected) =>
        Assert.Equal(expected, (new ResolverClass("one", 1, CacheRule.Honour) { Clock = clock }).ExpiryOf(fetchedAt, 20), 6);

    [Theory]
    [InlineData("unbound", "is not a kind and a number")]
    [InlineData("unbund=2", "expected one of unbound")]
    [InlineData("unbound=2000", "at most 1000")]
    public async Task RunAsync_MixThatIsNone_SaysWhatWasExpected(string mix, string expected)
    {
        StringWriter error = new();

        int exit = await LabCommandLine.RunAsync(
            new LabOptions(), new LabWords("20", "70/30", [mix], IsModel: false), TextWriter.Null, error, TestContext.Current.CancellationToken);

        Assert.Equal(ExitCodes.Failure, exit);
        Assert.Contains(expected, error.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Whether a cache holds an answer of this TTL for longer than until it is asked.</summary>
    private static bool HoldsLong(ResolverKind kind) => kind.Behaviour(Ttl).LifetimeOf(Ttl) > Ttl;
}

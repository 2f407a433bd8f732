using Meridian.Simulation.Population;
using Meridian.Simulation.Results;
using Meridian.Simulation.Scenarios;

namespace Meridian.Simulation.Tests;

public sealed class SimulationRunTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public void Execute_SameSeed_GivesSameResultOnAnyNumberOfWorkers()
    {
        PopulationModel population = new() { Clients = 20_000, Resolvers = 400 };
        SimulationInput input = Runs.Input("split", population, Hour, Runs.SiteFails("eu", 1_200, 600));

        string one = ResultJson.Render(Runs.Execute(input));
        string three = ResultJson.Render(Runs.Execute(input with { Workers = 3 }));
        string other = ResultJson.Render(Runs.Execute(input with { Seed = 2 }));

        Assert.Equal(one, three);
        Assert.NotEqual(one, other);
    }

    [Fact]
    public void Execute_HonestCaches_AskAsOftenAsRenewalTheorySays()
    {
        // A cache asks once in each life of an answer and the wait for the next client: λ / (1 + λ·TTL) per second.
        SimulationResult result = Runs.Execute(Runs.Input("split", Runs.Plain, Hour));

        double rate = Runs.Plain.Clients * Runs.Plain.LookupsPerClientAndDay / 86_400 / Runs.Plain.Resolvers;
        double expected = Runs.Plain.Resolvers * Hour.TotalSeconds * rate / (1 + rate * 60);
        Assert.InRange(result.Authority.Queries, expected * 0.99, expected * 1.01);
    }

    [Fact]
    public void Execute_Requests_AreThoseOfThePopulation()
    {
        SimulationResult result = Runs.Execute(Runs.Input("split", Runs.Plain, Hour));

        double expected = Runs.Plain.Clients * Runs.Plain.LookupsPerClientAndDay / 24;
        Assert.InRange(result.RequestsTotal, expected * 0.98, expected * 1.02);
        Assert.Equal(0, result.FailedTotal);
    }

    [Fact]
    public void Execute_WeightedPolicy_GivesTheWeights()
    {
        SimulationResult result = Runs.Execute(Runs.Input("split", Runs.Plain, Hour));

        TargetTraffic eu = result.Targets.Single(target => target.Site == "eu");
        Assert.InRange(eu.IntendedShare, 0.69, 0.71);
        Assert.InRange(eu.Share, 0.68, 0.72);
    }

    [Fact]
    public void Execute_SiteFails_HonestCachesHaveMovedWithinTtlAndDetection()
    {
        SimulationResult result = Runs.Execute(Runs.Input("order", Runs.Plain, Hour, Runs.SiteFails("eu", 1_200)));

        EventOutcome outcome = result.Events[0];
        Assert.InRange(outcome.AnsweredAfter!.Value, 0, 1.5);
        // Ages are even over the TTL, so half has moved after half of it.
        Assert.InRange(Runs.SecondsTo(result, 0.5)!.Value, 25, 36);
        Assert.InRange(Runs.SecondsTo(result, 0.999)!.Value, 55, 64);
        Assert.InRange(outcome.FailedRequests, 1, result.RequestsTotal * 0.02);
    }

    [Theory]
    [InlineData(CacheRule.AtLeast, 300, 290, 304)]
    [InlineData(CacheRule.Ignore, 600, 585, 604)]
    [InlineData(CacheRule.AtMost, 20, 17, 25)]
    [InlineData(CacheRule.Prefetch, 0, 50, 64)]
    public void Execute_SiteFails_TailIsThatOfTheCaches(CacheRule rule, double seconds, double least, double most)
    {
        PopulationModel population = Runs.Plain with { ResolverClasses = [new ResolverClass("only", 1, rule, seconds)] };

        SimulationResult result = Runs.Execute(Runs.Input("order", population, Hour, Runs.SiteFails("eu", 1_200)));

        Assert.InRange(Runs.SecondsTo(result, 0.999)!.Value, least, most);
    }

    [Fact]
    public void Execute_ServeStale_FirstClientsAfterExpiryStillFail()
    {
        // Few clients behind each cache: most of what is asked comes long after the answer ran out.
        PopulationModel rare = Runs.Plain with { Clients = 500, LookupsPerClientAndDay = 200 };
        PopulationModel stale = rare with { ResolverClasses = [new ResolverClass("stale", 1, CacheRule.ServeStale, 86_400)] };

        double honest = Runs.Execute(Runs.Input("order", rare, Hour, Runs.SiteFails("eu", 600))).FailedTotal;
        double served = Runs.Execute(Runs.Input("order", stale, Hour, Runs.SiteFails("eu", 600))).FailedTotal;

        Assert.True(served > honest + 400, $"{served} failed with stale answers, {honest} without");
    }

    [Fact]
    public void Execute_ClientsThatNeverLookUpAgain_KeepFailing()
    {
        PopulationModel population = Runs.Plain with { ClientClasses = [new ClientClass("jvm", 1, HoldRule.Process, 86_400)] };

        SimulationResult result = Runs.Execute(Runs.Input("order", population, Hour, Runs.SiteFails("eu", 600)));

        Assert.Null(Runs.SecondsTo(result, 0.5));
        Assert.True(result.Events[0].FailedShare > 0.9, $"{result.Events[0].FailedShare:0.00} failed");
    }

    [Fact]
    public void Execute_BrokenConnections_LookUpAgain()
    {
        PopulationModel population = Runs.Plain with { ClientClasses = [new ClientClass("kept", 1, HoldRule.Connection, 3_600)] };

        SimulationResult failed = Runs.Execute(Runs.Input("order", population, Hour, Runs.SiteFails("eu", 600)));
        SimulationResult drained = Runs.Execute(
            Runs.Input("order", population, Hour, new Drain(600, new Subject(SubjectKind.Site, "eu"), null)));

        Assert.InRange(Runs.SecondsTo(failed, 0.999)!.Value, 50, 64);
        Assert.Null(Runs.SecondsTo(drained, 0.95));
        Assert.Equal(0, drained.FailedTotal);
    }

    [Fact]
    public void Execute_TwoAddressesInTheAnswer_ClientsTryTheNext()
    {
        SimulationInput input = Runs.Input("both", Runs.Plain, Hour, Runs.SiteFails("eu", 600));

        double trying = Runs.Execute(input).FailedTotal;
        double stubborn = Runs.Execute(input with { Population = Runs.Plain with { ClientsTryNextAddress = false } }).FailedTotal;

        Assert.Equal(0, trying);
        Assert.True(stubborn > 0);
    }

    [Fact]
    public void Execute_EverythingFails_NoRequestIsServed()
    {
        SimulationResult result = Runs.Execute(
            Runs.Input("order", Runs.Plain, Hour, Runs.SiteFails("eu", 600), Runs.SiteFails("us", 600)));

        int after = (int)(700 / result.BinSeconds);
        Assert.Equal(result.Requests[after], result.Failed[after], 6);
    }

    [Fact]
    public void Execute_TtlChanges_LoadFollows()
    {
        SimulationResult result = Runs.Execute(Runs.Input("order", Runs.Plain, Hour, new TtlChange(1_800, "order", 10)));

        double before = result.Authority.PerBin[600..1_700].Average();
        double after = result.Authority.PerBin[2_000..3_500].Average();
        Assert.InRange(after / before, 4.5, 6.5);
    }

    [Fact]
    public void Execute_WeightChanges_TrafficFollowsWithinTheTtl()
    {
        SimulationResult result = Runs.Execute(Runs.Input("split", Runs.Plain, Hour, new WeightChange(1_800, "split", "us", 0)));

        TargetTraffic us = result.Targets.Single(target => target.Site == "us");
        Assert.True(us.Series[1_000] > 0);
        Assert.Equal(0, us.Series[1_900]);
        Assert.InRange(Runs.SecondsTo(result, 0.999)!.Value, 50, 62);
    }

    [Fact]
    public void Execute_JitterAgainstAHerd_LowersItsPeak()
    {
        // Busy caches that all begin at once come back all at once, unless their TTLs differ.
        PopulationModel busy = Runs.Plain with { LookupsPerClientAndDay = 20_000 };
        SimulationInput input = Runs.Input("order", busy, TimeSpan.FromMinutes(10)) with { StartsInStep = true };

        System.Collections.Immutable.ImmutableArray<SweepRow> rows =
            Sweep.Execute(input, SweepKey.Jitter, "order", [0, 0.5], null, TestContext.Current.CancellationToken).Rows;

        Assert.True(
            rows[1].Result.Authority.LaterPeakPerSecond < rows[0].Result.Authority.LaterPeakPerSecond / 4,
            $"{rows[0].Result.Authority.LaterPeakPerSecond} without, {rows[1].Result.Authority.LaterPeakPerSecond} with jitter");
    }
}

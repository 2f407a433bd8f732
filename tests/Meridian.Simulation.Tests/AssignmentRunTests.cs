using Meridian.Simulation.Population;
using Meridian.Simulation.Results;
using Meridian.Simulation.Running;
using Meridian.Simulation.Scenarios;

namespace Meridian.Simulation.Tests;

/// <summary>Weights met by assigning resolvers whose volumes are estimated from their questions, against draws.</summary>
public sealed class AssignmentRunTests
{
    private static readonly PopulationModel Zipf = Runs.Plain with { Clients = 200_000, Resolvers = 1000, Skew = 0.8, LookupsPerClientAndDay = 40 };

    [Theory]
    [InlineData(CacheClock.Exact)]
    [InlineData(CacheClock.ThroughLastSecond)]
    public void Execute_ZipfPopulation_IsNearerToTheWeightsThanDraws(CacheClock clock)
    {
        PopulationModel population = Zipf with { ResolverClasses = [new ResolverClass("honour", 1, CacheRule.Honour) { Clock = clock }] };
        SimulationResult drawn = Run("split", population);
        SimulationResult assigned = Run("fair", population);
        Assert.Null(drawn.Assignment);
        AssignmentOutcome outcome = Assert.IsType<AssignmentOutcome>(assigned.Assignment);
        Assert.InRange(outcome.Assigned, 0.9, 1);
        Assert.InRange(outcome.EstimateOff, 0, 0.6);
        Assert.InRange(outcome.MovedPerHour, 0, 0.1);
        Assert.True(
            assigned.Targets[0].MinuteDeviation * 1.5 < drawn.Targets[0].MinuteDeviation,
            $"assigned {assigned.Targets[0].MinuteDeviation:P2}, drawn {drawn.Targets[0].MinuteDeviation:P2}");
    }

    [Fact]
    public void Execute_AnyNumberOfWorkers_GivesTheSame()
    {
        SimulationInput input = Runs.Input("fair", Zipf with { Resolvers = 300 }, TimeSpan.FromMinutes(30));
        string one = ResultJson.Render(Execute(input with { Workers = 1 }));
        Assert.Equal(one, ResultJson.Render(Execute(input with { Workers = 3 })));
    }

    private static SimulationResult Run(string name, PopulationModel population) => Execute(Runs.Input(name, population, TimeSpan.FromHours(3)));

    private static SimulationResult Execute(SimulationInput input) =>
        Assert.IsType<SimulationResult>(SimulationRun.Execute(input, null, CancellationToken.None).Result);
}

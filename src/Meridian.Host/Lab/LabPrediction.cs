using System.Collections.Immutable;
using Meridian.Control.Configuration;
using Meridian.Control.Publishing;
using Meridian.Dns.Names;
using Meridian.Engine.Geo;
using Meridian.Engine.Model;
using Meridian.Simulation.Population;
using Meridian.Simulation.Results;
using Meridian.Simulation.Running;
using Meridian.Simulation.Scenarios;

namespace Meridian.Host.Lab;

/// <summary>
/// The same experiment in the simulator: the same configuration file through the same answering code, but thousands of
/// caches of each kind, so that the curve is what is to be expected and not one more chance.
/// </summary>
internal sealed class LabPrediction(LabOptions options, LabPlan plan)
{
    private const int CachesOfAll = 20_000;

    /// <summary>What is left of the watched region's share, second by second from the event.</summary>
    /// <param name="mix">Kinds and how many of each.</param>
    /// <param name="answeredAfter">When the authority's answers changed, as it was seen.</param>
    public ImmutableArray<double> Predict(ImmutableArray<(ResolverKind Kind, int Count)> mix, double answeredAfter)
    {
        PopulationModel population = new()
        {
            Clients = CachesOfAll,
            Resolvers = CachesOfAll,
            Skew = 0,
            LookupsPerClientAndDay = options.LookupsPerSecond * 86_400,
            DailySwing = 0,
            SubnetShare = 0,
            ResolverClasses = [.. mix.Select(part => part.Kind.Behaviour(options.Ttl) with { Share = part.Count })],
            ClientClasses = [new ClientClass("lab", 1, HoldRule.None)],
        };
        double eventAt = Math.Ceiling(options.WarmUpSeconds);
        // When the authority's answers change is measured, not predicted: this is about what caches make of it.
        SimulationInput input = new()
        {
            Model = Load(false),
            Places = PlaceDatabase.Empty,
            Name = DomainName.Parse($"{LabPlan.Name}."),
            Population = population,
            Duration = TimeSpan.FromSeconds(eventAt + options.WatchSeconds + LabAnalysis.SmoothingSeconds),
            Events =
            [
                options.Scenario == LabScenario.Failover
                    ? new Failure(eventAt, new Subject(SubjectKind.Site, "eu"), null, IsSilent: false) { FoundAfter = answeredAfter }
                    : new NewConfiguration(eventAt + answeredAfter, Load(true), "the event"),
            ],
            Seed = (ulong)options.Seed,
            Workers = Environment.ProcessorCount,
        };
        (SimulationResult? result, ImmutableArray<Engine.Snapshot.ModelProblem> problems) = SimulationRun.Execute(input, null, CancellationToken.None);
        if (result is null)
        {
            throw new InvalidOperationException(string.Join('\n', problems));
        }
        double[] share = [.. result.Targets.Single(target => target.Target == LabPlan.Eu.ToString()).Series.Zip(
            result.Requests, (part, whole) => whole > 0 ? part / whole : 0)];
        double before = share.AsSpan((int)eventAt / 2, (int)eventAt / 2).ToArray().Average();
        int seconds = (int)options.WatchSeconds;
        double[] left = new double[seconds];
        for (int i = 0; i < seconds; i++)
        {
            // Put together over the same seconds as what was measured.
            int first = Math.Min(share.Length - 1, (int)eventAt + i);
            double value = share.AsSpan(first, Math.Min(LabAnalysis.SmoothingSeconds, share.Length - first)).ToArray().Average();
            left[i] = options.Scenario == LabScenario.Canary ? value : Math.Min(1, value / before);
        }
        return [.. left];
    }

    private MeridianModel Load(bool isChanged)
    {
        string path = Path.Combine(plan.Directory, isChanged ? "changed.yaml" : "before.yaml");
        File.WriteAllText(path, plan.Configuration(options, isChanged));
        LoadResult loaded = new ConfigurationLoader(new DiskConfigurationFiles(), ConfigurationCompiler.LoaderOptions(TimeProvider.System)).Load(path);
        return loaded.Model ?? throw new InvalidOperationException(string.Join('\n', loaded.Errors));
    }
}

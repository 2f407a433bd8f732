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
    private const int Caches = 20_000;

    /// <summary>Runs that the simulator's own word on when the failure is found is averaged over.</summary>
    private const int BlindRuns = 8;
    private const int BlindCaches = 4_000;

    private readonly Dictionary<(string, int, bool), ImmutableArray<double>> _known = [];

    /// <summary>What is left of the watched region's share, second by second from the event.</summary>
    /// <param name="kind">Resolvers of this kind alone.</param>
    /// <param name="ttl">The name's TTL.</param>
    /// <param name="change">When the authority's answers changed, as it was seen, and when they changed back.</param>
    public ImmutableArray<double> Predict(ResolverKind kind, int ttl, LabChange change)
    {
        if (!_known.TryGetValue((kind.Name, ttl, false), out ImmutableArray<double> curve))
        {
            curve = CurveOf(Run(kind, ttl, change, Caches, options.Seed), change.After);
            _known.Add((kind.Name, ttl, false), curve);
        }
        return curve;
    }

    /// <summary>The same when the simulator has to know by itself when the authority's answers change.</summary>
    public ImmutableArray<double> PredictBlindly(ResolverKind kind, int ttl)
    {
        if (_known.TryGetValue((kind.Name, ttl, true), out ImmutableArray<double> known))
        {
            return known;
        }
        double[] sum = new double[(int)options.WatchSeconds];
        for (int i = 0; i < BlindRuns; i++)
        {
            LabChange change = new(null, LabOptions.RevertAfterSeconds);
            SimulationResult result = Run(kind, ttl, change, BlindCaches, options.Seed + i);
            ImmutableArray<double> curve = CurveOf(result, result.Events[0].AnsweredAfter ?? 0);
            for (int second = 0; second < sum.Length; second++)
            {
                sum[second] += curve[second] / BlindRuns;
            }
        }
        known = [.. sum];
        _known.Add((kind.Name, ttl, true), known);
        return known;
    }

    /// <summary>Questions to the authority in each second of a herd, for one cache of each kind and name.</summary>
    public ImmutableArray<double> PredictQuestions(ResolverKind kind, int ttl)
    {
        SimulationResult result = Run(kind, ttl, new LabChange(0, null), Caches, options.Seed);
        return [.. result.Authority.PerBin.Take((int)options.WatchSeconds).Select(perSecond => perSecond / Caches)];
    }

    private double EventAt => Math.Ceiling(options.WarmUpSeconds);

    private ImmutableArray<double> CurveOf(SimulationResult result, double changedAfter)
    {
        string watched = (options.Scenario == LabScenario.Mistake ? LabPlan.Wrong : LabPlan.Eu).ToString();
        double[] series = [.. result.Targets.FirstOrDefault(target => target.Target == watched)?.Series ?? [.. new double[result.Requests.Length]]];
        LabCurve curve = new(series, [.. result.Requests], (int)EventAt);
        int seconds = (int)options.WatchSeconds;
        return options.Scenario is LabScenario.Canary or LabScenario.Mistake ? curve.Shares(seconds) : curve.Left(seconds, changedAfter);
    }

    private SimulationResult Run(ResolverKind kind, int ttl, LabChange change, int caches, int seed)
    {
        SimulationInput input = new()
        {
            Model = Load(false),
            Places = PlaceDatabase.Empty,
            Name = DomainName.Parse($"{LabPlan.NameOf(ttl, 0)}."),
            Population = new PopulationModel
            {
                Clients = caches,
                Resolvers = caches,
                Skew = 0,
                LookupsPerClientAndDay = options.LookupsPerSecond * 86_400,
                DailySwing = 0,
                SubnetShare = 0,
                ResolverClasses = [kind.Behaviour(options.SettingsTtl)],
                ClientClasses = [new ClientClass("lab", 1, HoldRule.None)],
            },
            Duration = TimeSpan.FromSeconds(EventAt + options.WatchSeconds + LabCurve.WindowSeconds),
            StartsInStep = options.Scenario == LabScenario.Herd,
            Events = EventsOf(change),
            ComparesWithIntent = false,
            // The lab sees caches by the lookups of its clients alone: so does the simulator, or the curves would differ by that.
            WatchersPerCache = options.Scenario == LabScenario.Herd ? 0 : LabFleet.ClientsPerCache(kind),
            Seed = (ulong)seed,
            Workers = Environment.ProcessorCount,
        };
        (SimulationResult? result, ImmutableArray<Engine.Snapshot.ModelProblem> problems) = SimulationRun.Execute(input, null, CancellationToken.None);
        return result ?? throw new InvalidOperationException(string.Join('\n', problems));
    }

    private ImmutableArray<ScenarioEvent> EventsOf(LabChange change) => options.Scenario switch
    {
        LabScenario.Herd => [],
        LabScenario.Failover => [new Failure(EventAt, new Subject(SubjectKind.Site, "eu"), null, IsSilent: false) { FoundAfter = change.PublishedAfter }],
        LabScenario.Mistake =>
        [
            new NewConfiguration(EventAt + change.After, Load(true), "the mistake"),
            new NewConfiguration(EventAt + (change.RevertedAfter ?? LabOptions.RevertAfterSeconds), Load(false), "the correction"),
        ],
        _ => [new NewConfiguration(EventAt + change.After, Load(true), "the event")],
    };

    private MeridianModel Load(bool isChanged)
    {
        string path = Path.Combine(plan.Directory, isChanged ? "changed.yaml" : "before.yaml");
        if (!File.Exists(path))
        {
            File.WriteAllText(path, plan.Configuration(options, isChanged));
        }
        LoadResult loaded = new ConfigurationLoader(new DiskConfigurationFiles(), ConfigurationCompiler.LoaderOptions(TimeProvider.System)).Load(path);
        return loaded.Model ?? throw new InvalidOperationException(string.Join('\n', loaded.Errors));
    }
}

/// <summary>When the authority's answers changed, in seconds from the event; null when nobody has seen it.</summary>
internal sealed record LabChange(double? PublishedAfter, double? RevertedAfter)
{
    public double After => PublishedAfter ?? 0;
}

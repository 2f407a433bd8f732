using System.Collections.Immutable;
using Meridian.Engine.Assigning;
using Meridian.Engine.Snapshot;
using Meridian.Simulation.Population;
using Meridian.Simulation.Results;
using Meridian.Simulation.Scenarios;

namespace Meridian.Simulation.Running;

/// <summary>Runs a population through a scenario.</summary>
public sealed class SimulationRun
{
    // Work is dealt out in shards whose number has nothing to do with that of the workers, so that results do not either.
    private const int ShardCount = 64;

    // Loads, ramps and forced states are looked at once a minute of the run when nothing else happens.
    private const double LongestStretch = 60;

    private readonly SimulationInput _input;
    private readonly AuthorityState _state;
    private readonly AnswerCatalog _catalog = new();
    private readonly AssigningLoop _assigning;
    private readonly Shard[] _shards;
    private readonly List<IntendedShares> _intended = [];
    private readonly IProgress<double>? _progress;
    private TrafficSeries[] _series = [];
    private CacheEntry[] _entries = [];
    private long _asked;

    private SimulationRun(SimulationInput input, IProgress<double>? progress)
    {
        _input = input;
        _progress = progress;
        _state = new AuthorityState(input);
        _assigning = new AssigningLoop(input, _state);
        _shards = new Shard[ShardCount];
    }

    /// <summary>Runs.</summary>
    /// <param name="input">What to run.</param>
    /// <param name="progress">Told how far it is, 0 to 1; null for nobody.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>The result, or what is wrong with a configuration that the scenario publishes.</returns>
    public static (SimulationResult? Result, ImmutableArray<ModelProblem> Problems) Execute(
        SimulationInput input, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        SimulationRun run = new(input, progress);
        ImmutableArray<ModelProblem> problems = run.Prepare();
        return problems.IsEmpty ? run.Run(cancellationToken) : (null, problems);
    }

    private ImmutableArray<ModelProblem> Prepare()
    {
        ImmutableArray<ModelProblem> problems = _state.Publish(_input.Model);
        if (!problems.IsEmpty)
        {
            return problems;
        }
        SimulatedAuthority[] authorities =
        [
            .. Enumerable.Range(0, ShardCount).Select(_ => new SimulatedAuthority(
                _state.DataPlane, _input.Limits, _catalog, _input.Name, _input.Type, _input.Population.FailureLifetime)),
        ];
        Randomness random = Randomness.For(_input.Seed, ulong.MaxValue);
        SimulatedAuthority asker = authorities[0];
        _entries = new PopulationBuilder(_input.Population, _input.Places, _input.Seed).Build(
            entry => asker.ScopeOfLast(asker.Ask(in entry, _input.Start.ToUnixTimeSeconds(), ref random).Length));
        Watchers? watchers = _input.WatchersPerCache > 0 ? new Watchers(_entries.Length, _input.WatchersPerCache) : null;
        for (int i = 0; i < ShardCount; i++)
        {
            _shards[i] = new Shard(authorities[i], new CacheWalk(_input.Population, authorities[i], _input.Start.ToUnixTimeSeconds(), watchers));
        }
        for (int i = 0; i < _entries.Length; i++)
        {
            _entries[i].NextFetch = FirstFetch(ref _entries[i]);
        }
        int expected = Math.Max(4, _catalog.Answers.Length) * (1 + _input.Events.Length);
        double seconds = _input.Duration.TotalSeconds;
        double bin = TrafficSeries.BinSecondsFor(seconds, expected);
        _series = [.. Enumerable.Range(0, Math.Clamp(_input.Workers, 1, ShardCount)).Select(_ => new TrafficSeries(seconds, bin))];
        return [];
    }

    private (SimulationResult?, ImmutableArray<ModelProblem>) Run(CancellationToken cancellationToken)
    {
        double end = _input.Duration.TotalSeconds;
        ImmutableArray<TimelineStep> steps = Timeline.Of(_input, _state);
        EventSpan[] spans = [.. _input.Events.Select(happening => new EventSpan(happening))];
        int epoch = 0;
        int next = 0;
        double at = 0;
        bool hasChanged = false;
        AddIntended(epoch, at);
        while (at < end)
        {
            cancellationToken.ThrowIfCancellationRequested();
            double until = Math.Min(end, at + LongestStretch);
            bool isStep = next < steps.Length && steps[next].At < until;
            until = isStep ? Math.Max(at, steps[next].At) : until;
            bool isAssigning = AssignmentPlanner.IsNeeded(_state.DataPlane);
            WalkAll(epoch, until, isAssigning);
            at = until;
            _state.MoveTo(at);
            if (isAssigning)
            {
                _assigning.Take(_shards.Select(shard => shard.Asked));
                _assigning.Assign(at, hasChanged);
                hasChanged = false;
            }
            _progress?.Report(at / end);
            _state.DataPlane.ExpireForcedStates();
            if (!isStep)
            {
                continue;
            }
            epoch++;
            hasChanged = true;
            for (; next < steps.Length && steps[next].At <= at; next++)
            {
                ImmutableArray<ModelProblem> problems = steps[next].Apply(_state);
                if (!problems.IsEmpty)
                {
                    return (null, problems);
                }
                spans[steps[next].Event].Take(steps[next], epoch);
            }
            AddIntended(epoch, at);
        }
        TrafficSeries total = _series[0];
        foreach (TrafficSeries other in _series.Skip(1))
        {
            total.Merge(other);
        }
        return (new ResultBuilder(_input, _state, _catalog, total, _intended, spans).Build(_entries.Length, _asked) with { Assignment = _assigning.Outcome(_entries) }, []);
    }

    private void WalkAll(int epoch, double until, bool isAssigning)
    {
        int next = -1;
        Parallel.For(0, _series.Length, new ParallelOptions { MaxDegreeOfParallelism = _series.Length }, worker =>
        {
            TrafficSeries series = _series[worker];
            for (int shard = Interlocked.Increment(ref next); shard < ShardCount; shard = Interlocked.Increment(ref next))
            {
                long asked = 0;
                for (int i = shard; i < _entries.Length; i += ShardCount)
                {
                    ref CacheEntry entry = ref _entries[i];
                    if (entry.NextFetch < until)
                    {
                        asked += _shards[shard].Walk.Walk(ref entry, epoch, until, series, isAssigning ? _shards[shard].Asked : null);
                    }
                }
                Interlocked.Add(ref _asked, asked);
            }
        });
    }

    /// <summary>When an entry asks first: somewhere in the life of an answer, or at once when all are in step.</summary>
    private double FirstFetch(ref CacheEntry entry)
    {
        double chance = entry.Random.NextDouble();
        if (_input.StartsInStep)
        {
            // As soon as a client comes: within a second for all that matter.
            return entry.Random.NextExponential() / entry.Rate;
        }
        AnswerSeen seen = _shards[0].Authority.Ask(in entry, _input.Start.ToUnixTimeSeconds(), ref entry.Random);
        double lifetime = _input.Population.ResolverClasses[entry.Class].LifetimeOf(seen.Lifetime);
        return -chance * (lifetime + 1 / entry.Rate);
    }

    private void AddIntended(int epoch, double at)
    {
        const int EpochLimit = 64;
        if (epoch < EpochLimit && _input.ComparesWithIntent)
        {
            _intended.Add(IntendedShares.Draw(_input, _entries, _shards[0].Authority, epoch, at));
        }
    }

    private sealed record Shard(SimulatedAuthority Authority, CacheWalk Walk)
    {
        /// <summary>What its caches asked in this stretch, while somebody wants to know.</summary>
        public List<AskedQuestion> Asked { get; } = [];
    }
}

/// <summary>When an event took effect at the authority.</summary>
internal sealed class EventSpan(ScenarioEvent happening)
{
    public ScenarioEvent Event { get; } = happening;

    /// <summary>When the last of its changes was in the answers; null while none was.</summary>
    public double? AnsweredAt { get; private set; }

    /// <summary>The first epoch in which all of its changes are in the answers.</summary>
    public int Epoch { get; private set; }

    public void Take(TimelineStep step, int epoch)
    {
        if (!step.IsEnd)
        {
            AnsweredAt = step.At;
            Epoch = epoch;
        }
    }
}

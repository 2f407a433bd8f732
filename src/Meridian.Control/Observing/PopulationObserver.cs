using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Meridian.Engine.Answering;
using Meridian.Engine.Assigning;
using Meridian.Engine.Model;
using Meridian.Engine.Observing;
using Meridian.Engine.Snapshot;

namespace Meridian.Control.Observing;

/// <summary>
/// Keeps the account of who asks: fetches the answering threads' samples twice a second, and keeps them by minute. What the
/// configuration says about privacy holds from the next fetch on.
/// </summary>
public sealed class PopulationObserver : IDisposable
{
    // 100 ms to 5 s. A ring of samples is full after half a second of the busiest thread.
    private static readonly TimeSpan FetchEvery = TimeSpan.FromMilliseconds(500);

    // 256 to 8,192: what is handed on at once.
    private const int BatchLength = 1024;

    private readonly ClientVolumes _volumes;
    private readonly DataPlane _dataPlane;
    private readonly TimeProvider _time;
    private readonly PropagationTracker _propagation;
    private readonly TtlDrift _drift;
    private readonly PopulationAccount _account = new();
    private readonly DemandAccount _demands = new();
    private readonly Meter _meter = new("Meridian.Observing");
    private readonly QuerySample[] _buffer = new QuerySample[BatchLength];
    private readonly List<Asker> _askers = new(BatchLength);
    private MeridianModel? _model;
    private NameDirectory? _names;
    private double _observed;

    /// <param name="volumes">Where the threads write.</param>
    /// <param name="dataPlane">Says which names there are, and what may be kept.</param>
    /// <param name="propagation">Follows changes through the caches of who asks.</param>
    /// <param name="drift">Watches the TTLs that caches are given.</param>
    /// <param name="time">Dates the minutes.</param>
    public PopulationObserver(ClientVolumes volumes, DataPlane dataPlane, PropagationTracker propagation, TtlDrift drift, TimeProvider time)
    {
        (_volumes, _dataPlane, _propagation, _drift, _time) = (volumes, dataPlane, propagation, drift, time);
        _meter.CreateObservableCounter(
            "meridian.population.queries", () => (long)Volatile.Read(ref _observed), "{query}", "Queries that the account of who asks has taken in, by the weight of its samples.");
        _meter.CreateObservableCounter(
            "meridian.population.lost", () => _volumes.Lost, "{query}", "Queries whose samples came faster than they were fetched.");
    }

    /// <summary>The names of the configuration that is observed; null before the first fetch.</summary>
    public NameDirectory? Names => Volatile.Read(ref _names);

    /// <summary>The name of a number of the account.</summary>
    internal ObservedName? NameOf(int number) => _account.NameOf(number);

    /// <summary>Who asked within some time up to now.</summary>
    public ObservedPopulation Read(TimeSpan window) => _account.Read(_time.GetUtcNow(), window, _volumes.Lost);

    /// <summary>By bucket of <see cref="ClientStage"/>, what was asked in the last hour: every query, also of askers that are not told apart.</summary>
    internal double[] ReadBuckets() => _account.ReadBuckets(_time.GetUtcNow());

    /// <summary>What is looked up behind everybody who asked twice at least, largest first.</summary>
    public ImmutableArray<AskerDemand> ReadDemands() => _demands.Estimate(_time.GetUtcNow(), _account.NameOf);

    /// <summary>Fetches until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(FetchEvery, _time);
        try
        {
            do
            {
                Fetch();
            }
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The ordinary end.
        }
    }

    public void Dispose() => _meter.Dispose();

    /// <summary>Fetches once. One caller at a time.</summary>
    internal void Fetch()
    {
        if (_dataPlane.Snapshot is not { } snapshot)
        {
            return;
        }
        ObservingModel observing = snapshot.Model.Observing;
        _volumes.IsObserving = observing.Who != ObservedDetail.Nobody;
        if (_account.Configure(observing))
        {
            _propagation.Forget(withHistory: observing.Who == ObservedDetail.Nobody);
            _demands.Forget();
        }
        _demands.Configure(AssignmentPlanner.IsNeeded(_dataPlane));
        _drift.Look(snapshot.Model);
        if (!ReferenceEquals(_model, snapshot.Model) && observing.Who != ObservedDetail.Nobody)
        {
            _model = snapshot.Model;
            Volatile.Write(ref _names, NameDirectory.Of(snapshot));
        }
        _volumes.Drain(_buffer, samples =>
        {
            // What a thread wrote before it heard of it.
            if (observing.Who != ObservedDetail.Nobody)
            {
                Take(samples);
            }
        });
        if (observing.Who != ObservedDetail.Nobody)
        {
            _propagation.Look(_account.NameOf);
        }
    }

    private void Take(ReadOnlySpan<QuerySample> samples)
    {
        _askers.Clear();
        _account.Add(samples, _names!, _time.GetUtcNow(), _askers); // Made before the first fetch that keeps anything.
        _propagation.Take(samples, _askers);
        _demands.Add(samples, _askers);
        double queries = 0;
        foreach (ref readonly QuerySample sample in samples)
        {
            queries += sample.Weight;
        }
        Volatile.Write(ref _observed, _observed + queries);
    }
}

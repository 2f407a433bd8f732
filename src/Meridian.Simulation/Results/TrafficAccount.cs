using System.Collections.Immutable;
using Meridian.Simulation.Population;
using Meridian.Simulation.Running;
using Meridian.Simulation.Scenarios;

namespace Meridian.Simulation.Results;

/// <summary>Where requests went: lookups, held by clients, met with what was alive at the time.</summary>
internal sealed class TrafficAccount
{
    // What clients held when the run began is taken to be what they looked up in its first minutes.
    private const double HistorySeconds = 600;

    private readonly SimulationInput _input;
    private readonly IReadOnlyDictionary<string, List<(double From, double To)>> _outages;
    private readonly double _bin;
    private readonly int _history;
    private readonly double[] _lookups;

    public TrafficAccount(SimulationInput input, AuthorityState state, TrafficSeries series, double binSeconds)
    {
        _input = input;
        _outages = state.Outages;
        _bin = binSeconds;
        int bins = series.BinCount;
        double first = input.Events.IsEmpty ? HistorySeconds : input.Events.Min(happening => happening.At);
        _history = Math.Clamp((int)(Math.Min(first, HistorySeconds) / binSeconds), 1, bins);
        _lookups = new double[bins];
        Failed = new double[bins];
        Requests = new double[bins];
    }

    /// <summary>Requests that met nothing alive, per bin.</summary>
    public double[] Failed { get; }

    /// <summary>All requests, per bin.</summary>
    public double[] Requests { get; }

    /// <summary>Requests that each target served or would have, by what clients were sent to.</summary>
    public Dictionary<string, double[]> ByTarget { get; } = new(StringComparer.Ordinal);

    /// <summary>Requests by the epoch in which their answer was fetched.</summary>
    public SortedDictionary<int, double[]> ByEpoch { get; } = [];

    /// <summary>Adds everything up.</summary>
    public void Fill(IReadOnlyList<(int Epoch, ImmutableArray<string> Targets, double[] Lookups)> answers)
    {
        foreach ((_, _, double[] lookups) in answers)
        {
            AddTo(_lookups, lookups, 1);
        }
        double classes = _input.Population.ClientClasses.Sum(held => held.Share);
        foreach (ClientClass held in _input.Population.ClientClasses)
        {
            double[] broken = new double[_lookups.Length];
            foreach ((int epoch, ImmutableArray<string> targets, double[] lookups) in answers)
            {
                double before = epoch == 0 ? lookups.AsSpan(0, _history).ToArray().Average() : 0;
                double[] requests = HoldKernel.Apply(lookups, held, _bin, before);
                Serve(epoch, targets, requests, held.Share / classes, held.Rule == HoldRule.Connection ? broken : null);
            }
            LookUpAgain(answers, broken);
        }
    }

    private void Serve(int epoch, ImmutableArray<string> targets, double[] requests, double scale, double[]? broken)
    {
        double[] alive = AliveShare(targets);
        double[] ofEpoch = SeriesOf(ByEpoch, epoch);
        for (int i = 0; i < requests.Length; i++)
        {
            double amount = requests[i] * scale;
            double dead = amount * (1 - alive[i]);
            ofEpoch[i] += amount;
            Requests[i] += amount;
            if (broken is not null && !targets.IsEmpty)
            {
                broken[i] += dead;
            }
            else
            {
                Failed[i] += dead;
            }
        }
        AddToTargets(targets, requests, scale, alive, isBrokenApart: broken is not null);
    }

    /// <summary>Clients whose connection broke get what their resolvers have now.</summary>
    private void LookUpAgain(
        IReadOnlyList<(int Epoch, ImmutableArray<string> Targets, double[] Lookups)> answers, double[] broken)
    {
        if (!Array.Exists(broken, amount => amount > 0))
        {
            return;
        }
        foreach ((_, ImmutableArray<string> targets, double[] lookups) in answers)
        {
            double[] alive = AliveShare(targets);
            double[] again = new double[broken.Length];
            for (int i = 0; i < again.Length; i++)
            {
                again[i] = _lookups[i] > 0 ? broken[i] * lookups[i] / _lookups[i] : 0;
                Failed[i] += again[i] * (1 - alive[i]);
            }
            AddToTargets(targets, again, 1, alive, isBrokenApart: false);
        }
    }

    /// <summary>Requests sent to each target: the live ones of an answer share what the dead ones cannot take, if clients try on.</summary>
    private void AddToTargets(ImmutableArray<string> targets, double[] requests, double scale, double[] alive, bool isBrokenApart)
    {
        foreach (string target in targets)
        {
            if (!ByTarget.TryGetValue(target, out double[]? series))
            {
                series = new double[requests.Length];
                ByTarget.Add(target, series);
            }
            bool[]? dead = DeadBins(target);
            for (int i = 0; i < requests.Length; i++)
            {
                bool isDead = dead is not null && dead[i];
                double share = isDead
                    ? isBrokenApart || (_input.Population.ClientsTryNextAddress && alive[i] > 0) ? 0 : 1.0 / targets.Length
                    : LiveShare(targets, i, alive[i]);
                series[i] += requests[i] * scale * share;
            }
        }
    }

    private double LiveShare(ImmutableArray<string> targets, int bin, double alive)
    {
        if (alive == 1 && !_input.Population.ClientsTryNextAddress)
        {
            return 1.0 / targets.Length;
        }
        int live = targets.Count(target => DeadBins(target) is not { } dead || !dead[bin]);
        return _input.Population.ClientsTryNextAddress ? 1.0 / live : 1.0 / targets.Length;
    }

    /// <summary>The part of an answer's requests that is served, per bin.</summary>
    private double[] AliveShare(ImmutableArray<string> targets)
    {
        double[] alive = new double[_lookups.Length];
        if (targets.IsEmpty)
        {
            return alive;
        }
        Array.Fill(alive, 1);
        bool[]?[] dead = [.. targets.Select(DeadBins)];
        if (Array.TrueForAll(dead, bins => bins is null))
        {
            return alive;
        }
        for (int i = 0; i < alive.Length; i++)
        {
            int live = dead.Count(bins => bins is null || !bins[i]);
            alive[i] = _input.Population.ClientsTryNextAddress ? Math.Min(live, 1) : (double)live / dead.Length;
        }
        return alive;
    }

    private readonly Dictionary<string, bool[]?> _dead = new(StringComparer.Ordinal);

    private bool[]? DeadBins(string target)
    {
        if (_dead.TryGetValue(target, out bool[]? bins))
        {
            return bins;
        }
        if (_outages.TryGetValue(target, out List<(double From, double To)>? spans))
        {
            bins = new bool[_lookups.Length];
            foreach ((double from, double to) in spans)
            {
                int end = (int)Math.Min(bins.Length, Math.Floor(to / _bin));
                for (int i = (int)Math.Ceiling(from / _bin); i < end; i++)
                {
                    bins[i] = true;
                }
            }
        }
        _dead.Add(target, bins);
        return bins;
    }

    private double[] SeriesOf(SortedDictionary<int, double[]> by, int key)
    {
        if (!by.TryGetValue(key, out double[]? series))
        {
            series = new double[_lookups.Length];
            by.Add(key, series);
        }
        return series;
    }

    private static void AddTo(double[] sum, double[] addend, double scale)
    {
        for (int i = 0; i < sum.Length; i++)
        {
            sum[i] += addend[i] * scale;
        }
    }
}

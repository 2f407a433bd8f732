using System.Collections.Immutable;
using System.Net;
using Meridian.Simulation.Running;

namespace Meridian.Host.Lab;

/// <summary>Turns samples into curves, and puts the simulator's beside them.</summary>
internal sealed class LabAnalysis(LabOptions options, ImmutableArray<LabSample> samples, double eventAt)
{
    private const int TimelineBeforeSeconds = 20;

    private static readonly double[] MovedShares = [0.5, 0.95, 0.99, 1];

    /// <summary>When the changed configuration was served, by the server's own word; null where nothing was published.</summary>
    public double? PublishedAfter { get; init; }

    /// <summary>When it had been taken back.</summary>
    public double? RevertedAfter { get; init; }

    public ImmutableDictionary<int, double> Questions { get; init; } = ImmutableDictionary<int, double>.Empty;

    public ImmutableArray<InspectionCheck> Inspections { get; init; } = [];

    /// <summary>Adds the simulator's word to what was seen.</summary>
    public LabResult Build(LabPrediction prediction)
    {
        double? answered = AnsweredAfter();
        LabChange change = new(answered ?? PublishedAfter ?? 0, RevertedAfter);
        LabSample[] before = [.. samples.Where(sample => sample.At < eventAt && sample.At > eventAt / 2)];
        return new LabResult
        {
            Options = options,
            EventAt = eventAt,
            AnsweredAfter = answered,
            RevertedAfter = RevertedAfter,
            Cells =
            [
                .. options.Mixes.SelectMany((mix, mixIndex) => options.Ttls.Select((ttl, ttlIndex) => CellOf(mix, mixIndex, ttl, ttlIndex, change, prediction))),
            ],
            EuShareBefore = (
                ShareOf(before.Where(sample => sample.Stream.IsAuthority), LabPlan.Eu),
                ShareOf(before.Where(sample => !sample.Stream.IsAuthority), LabPlan.Eu)),
            Timeline = TimelineOf(),
            PredictedQuestions = options.Scenario == LabScenario.Herd ? QuestionsBy(prediction) : [],
            Inspections = Inspections,
            Models = [.. options.Mixes.SelectMany(mix => mix.Parts).Where(part => part.Kind.IsModel).Select(part => part.Kind.Name).Distinct()],
            Unanswered = samples.Count(sample => !sample.Stream.IsAuthority && sample.Address is null),
            Lookups = samples.Count(sample => !sample.Stream.IsAuthority),
            Samples = samples,
        };
    }

    private int Seconds => (int)options.WatchSeconds;

    private IPAddress Watched => options.Scenario == LabScenario.Mistake ? LabPlan.Wrong : LabPlan.Eu;

    private bool IsShareItself => options.Scenario is LabScenario.Canary or LabScenario.Mistake;

    private double? AnsweredAfter()
    {
        LabSample[] direct = [.. samples.Where(sample => sample.Stream.IsAuthority && sample.At >= eventAt && sample.Address is not null)];
        switch (options.Scenario)
        {
            case LabScenario.Herd:
                return 0;
            case LabScenario.Canary:
                // Shares change, addresses do not: the server says when.
                return PublishedAfter;
            case LabScenario.Mistake:
                int first = Array.FindIndex(direct, sample => LabPlan.Wrong.Equals(sample.Address));
                return first < 0 ? null : direct[first].At - eventAt;
            default:
                int last = Array.FindLastIndex(direct, sample => LabPlan.Eu.Equals(sample.Address));
                return last == direct.Length - 1 ? null : direct[last + 1].At - eventAt;
        }
    }

    private LabCell CellOf(LabMix mix, int mixIndex, int ttl, int ttlIndex, LabChange change, LabPrediction prediction)
    {
        LabSample[] own = [.. samples.Where(sample => sample.Stream.Mix == mixIndex && sample.Stream.TtlIndex == ttlIndex && sample.Address is not null)];
        LabPopulation[] populations =
        [
            .. mix.Parts.Select((part, index) => PopulationOf(
                part.Kind.Name, part.Kind.Says, part.Caches, [.. own.Where(sample => sample.Stream.Part == index)], change,
                options.Scenario == LabScenario.Herd ? [] : prediction.Predict(part.Kind, ttl, change),
                options.Scenario == LabScenario.Failover ? prediction.PredictBlindly(part.Kind, ttl) : [])),
        ];
        return new LabCell
        {
            Mix = mix,
            Ttl = ttl,
            Populations = [.. populations],
            All = PopulationOf(
                "all", "all caches together", mix.Caches, own, change,
                Together(populations, population => population.Predicted), Together(populations, population => population.Blind)),
            Entries = mix.Caches * options.NamesPerTtl,
        };
    }

    /// <summary>Populations look up alike often, so that together they are the mean by caches.</summary>
    private static ImmutableArray<double> Together(LabPopulation[] populations, Func<LabPopulation, ImmutableArray<double>> curve)
    {
        double all = populations.Sum(population => population.Caches);
        return
        [
            .. Enumerable.Range(0, populations.Min(population => curve(population).Length))
                .Select(second => populations.Sum(population => curve(population)[second] * population.Caches) / all),
        ];
    }

    private LabPopulation PopulationOf(
        string name, string says, int caches, LabSample[] own, LabChange change, ImmutableArray<double> predicted, ImmutableArray<double> blind)
    {
        LabCurve curve = CurveOf(own);
        ImmutableArray<double> old = IsShareItself ? curve.Shares(Seconds) : curve.Left(Seconds, change.After);
        return new LabPopulation(name, says, caches, old, predicted, blind, Rising([.. MovedShares.Select(share => MovedAfter(own, old, share))]));
    }

    /// <summary>Shares are known by the second, the last lookup of all by its moment: more has never moved before less.</summary>
    private static ImmutableArray<double?> Rising(double?[] moved)
    {
        for (int i = 1; i < moved.Length; i++)
        {
            moved[i] = moved[i] < moved[i - 1] ? moved[i - 1] : moved[i];
        }
        return [.. moved];
    }

    private LabCurve CurveOf(LabSample[] own)
    {
        int before = (int)Math.Floor(eventAt);
        double[] watched = new double[before + Seconds + LabCurve.WindowSeconds];
        double[] all = new double[watched.Length];
        // Counting single lookups instead of the time between them would add their chance to that of the caches. Each client
        // by itself: those of one farm are at different caches.
        foreach (IGrouping<object?, LabSample> entry in own.GroupBy(object? (sample) => sample.Stream, ReferenceEqualityComparer.Instance))
        {
            LabSample[] looks = [.. entry.OrderBy(sample => sample.At)];
            for (int i = 1; i < looks.Length; i++)
            {
                double first = HoldsWatched(looks[i - 1]);
                double last = HoldsWatched(looks[i]);
                foreach ((int second, double seconds, double later) in LookStretch.Spread(
                    looks[i - 1].At - eventAt + before, looks[i].At - eventAt + before, 1, all.Length))
                {
                    all[second] += seconds;
                    watched[second] += seconds * (first + ((last - first) * later));
                }
            }
        }
        return new LabCurve(watched, all, before);
    }

    private double HoldsWatched(LabSample sample) => Watched.Equals(sample.Address) ? 1 : 0;

    /// <summary>Until so much had moved; of a mistake, until so much of what it reached at its worst was rid of it.</summary>
    private double? MovedAfter(LabSample[] own, ImmutableArray<double> old, double share)
    {
        if (options.Scenario is LabScenario.Canary or LabScenario.Herd)
        {
            return null;
        }
        if (share == 1)
        {
            double last = own.Where(sample => sample.At >= eventAt && Watched.Equals(sample.Address)).Select(sample => sample.At).DefaultIfEmpty(eventAt).Max();
            return last > eventAt + options.WatchSeconds - 1 ? null : last - eventAt;
        }
        double most = old.Max();
        for (int second = Seconds - 1; second >= 0; second--)
        {
            if (old[second] > most * (1 - share))
            {
                return second == Seconds - 1 ? null : second + 1;
            }
        }
        return 0;
    }

    private LabTimeline TimelineOf()
    {
        int from = -(int)Math.Min(TimelineBeforeSeconds, Math.Floor(eventAt));
        int length = Seconds - from;
        int[] eu = new int[length];
        int[] us = new int[length];
        int[] failed = new int[length];
        double[] direct = new double[length];
        double[] directEu = new double[length];
        foreach (LabSample sample in samples)
        {
            int second = (int)Math.Floor(sample.At - eventAt) - from;
            if (second < 0 || second >= length)
            {
                continue;
            }
            bool isEu = LabPlan.Eu.Equals(sample.Address);
            if (sample.Stream.IsAuthority)
            {
                direct[second]++;
                directEu[second] += isEu ? 1 : 0;
            }
            else
            {
                int[] of = !sample.IsServed ? failed : isEu ? eu : us;
                of[second]++;
            }
        }
        return new LabTimeline(
            from, [.. directEu.Zip(direct, (part, whole) => whole > 0 ? part / whole : 0)], [.. eu], [.. us], [.. failed],
            [.. Enumerable.Range(from, length).Select(second => Questions.GetValueOrDefault(second))]);
    }

    private ImmutableArray<double> QuestionsBy(LabPrediction prediction)
    {
        double[] sum = new double[Seconds];
        foreach ((LabPart part, int ttl) in options.Mixes.SelectMany(mix => mix.Parts).SelectMany(part => options.Ttls.Select(ttl => (part, ttl))))
        {
            ImmutableArray<double> ofOne = prediction.PredictQuestions(part.Kind, ttl);
            for (int second = 0; second < Math.Min(sum.Length, ofOne.Length); second++)
            {
                sum[second] += ofOne[second] * part.Caches * options.NamesPerTtl;
            }
        }
        return [.. sum];
    }

    private static double ShareOf(IEnumerable<LabSample> some, IPAddress address)
    {
        int all = 0;
        int part = 0;
        foreach (LabSample sample in some)
        {
            all += sample.Address is null ? 0 : 1;
            part += address.Equals(sample.Address) ? 1 : 0;
        }
        return all == 0 ? 0 : (double)part / all;
    }
}

using System.Collections.Immutable;
using System.Net;

namespace Meridian.Host.Lab;

/// <summary>Turns samples into curves.</summary>
internal sealed class LabAnalysis(LabOptions options, ImmutableArray<LabSample> samples, double eventAt)
{
    /// <summary>The population of lookups that go to the authority itself.</summary>
    public const int Authority = -1;

    /// <summary>Lookups of so many seconds are put together for one point of a curve, so that it is not all chance.</summary>
    public const int SmoothingSeconds = 3;

    private static readonly double[] MovedShares = [0.5, 0.95, 0.99, 1];

    /// <summary>Adds the simulator's word to what was seen.</summary>
    public LabResult Build(LabPrediction prediction)
    {
        double? answered = AnsweredAfter();
        LabPopulation[] populations =
        [
            .. options.Mix.Select((part, index) => PopulationOf(
                part.Kind.Name, part.Kind.Says, part.Count, sample => sample.Population == index,
                prediction.Predict([(part.Kind, part.Count)], answered ?? 0))),
        ];
        LabSample[] before = [.. samples.Where(sample => sample.At < eventAt && sample.At > eventAt / 2)];
        return new LabResult
        {
            Options = options,
            EventAt = eventAt,
            AnsweredAfter = answered,
            Populations = [.. populations],
            All = PopulationOf(
                "all", "all caches together", options.Mix.Sum(part => part.Count), sample => sample.Population != Authority,
                prediction.Predict([.. options.Mix.Select(part => (part.Kind, part.Count))], answered ?? 0)),
            EuShareBefore = (
                ShareOfEu(before.Where(sample => sample.Population == Authority)),
                ShareOfEu(before.Where(sample => sample.Population != Authority))),
            FailedPerSecond = FailedPerSecond(),
            Unanswered = samples.Count(sample => sample.Population != Authority && sample.Address is null),
            Lookups = samples.Count(sample => sample.Population != Authority),
        };
    }

    private int Seconds => (int)options.WatchSeconds;

    /// <summary>The address that the event takes away, or for a mistake takes away and brings back.</summary>
    private static IPAddress Watched => LabPlan.Eu;

    private double? AnsweredAfter()
    {
        LabSample[] direct = [.. samples.Where(sample => sample.Population == Authority && sample.At >= eventAt && sample.Address is not null)];
        if (options.Scenario == LabScenario.Canary)
        {
            // Shares change, addresses do not: the change is as fast as the file is read.
            return 0;
        }
        int last = Array.FindLastIndex(direct, sample => sample.Address!.Equals(Watched)); // Filtered.
        return last == direct.Length - 1 ? null : direct[last + 1].At - eventAt;
    }

    private LabPopulation PopulationOf(
        string name, string says, int caches, Func<LabSample, bool> isOfIt, ImmutableArray<double> predicted)
    {
        LabSample[] own = [.. samples.Where(sample => isOfIt(sample) && sample.Address is not null)];
        double before = ShareOfEu(own.Where(sample => sample.At < eventAt && sample.At > eventAt / 2));
        double[] old = new double[Seconds];
        for (int second = 0; second < old.Length; second++)
        {
            old[second] = ShareOfEu(own.Where(sample =>
                sample.At >= eventAt + second && sample.At < eventAt + second + SmoothingSeconds));
        }
        // What is left of what there was, so that populations with other shares before compare.
        double[] left = [.. old.Select(share => before > 0 ? Math.Min(1, share / before) : 0)];
        double distance = options.Scenario == LabScenario.Canary
            ? old.Zip(predicted, (one, other) => Math.Abs(one - other)).Max()
            : left.Zip(predicted, (one, other) => Math.Abs(one - other)).Max();
        return new LabPopulation(
            name, says, caches, [.. options.Scenario == LabScenario.Canary ? old : left], predicted, distance,
            [.. MovedShares.Select(share => MovedAfter(own, before, share))]);
    }

    private double? MovedAfter(LabSample[] own, double before, double share)
    {
        if (options.Scenario == LabScenario.Canary)
        {
            return null;
        }
        if (share == 1)
        {
            LabSample[] after = [.. own.Where(sample => sample.At >= eventAt && sample.Address!.Equals(Watched))]; // Filtered.
            double end = after.Length == 0 ? eventAt : after[^1].At;
            return end > eventAt + options.WatchSeconds - 1 ? null : end - eventAt;
        }
        for (int second = Seconds - 1; second >= 0; second--)
        {
            double old = ShareOfEu(own.Where(sample => sample.At >= eventAt + second && sample.At < eventAt + second + SmoothingSeconds));
            if (old > before * (1 - share))
            {
                return second == Seconds - 1 ? null : second + 1;
            }
        }
        return 0;
    }

    private ImmutableArray<int> FailedPerSecond()
    {
        int[] failed = new int[Seconds];
        foreach (LabSample sample in samples)
        {
            int second = (int)Math.Floor(sample.At - eventAt);
            if (sample.Population != Authority && !sample.IsServed && second >= 0 && second < failed.Length)
            {
                failed[second]++;
            }
        }
        return [.. failed];
    }

    private static double ShareOfEu(IEnumerable<LabSample> some)
    {
        int all = 0;
        int eu = 0;
        foreach (LabSample sample in some)
        {
            all += sample.Address is null ? 0 : 1;
            eu += Watched.Equals(sample.Address) ? 1 : 0;
        }
        return all == 0 ? 0 : (double)eu / all;
    }
}

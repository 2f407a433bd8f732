using FsCheck;
using FsCheck.Fluent;
using Meridian.Engine.Assigning;

namespace Meridian.Engine.Tests.Assigning;

/// <summary>The balancer against obvious references: what shares can be met, and how little has to move for it.</summary>
public sealed class VolumeBalancerTests
{
    [Fact]
    public void Deal_Fresh_NoTargetIsFurtherOffThanTheLargestVolume() => Check((volumes, weights) =>
    {
        int[] places = Fresh(volumes);
        double moved = VolumeBalancer.Deal(volumes, weights, places);
        double off = VolumeBalancer.OffOf(volumes, weights, places) * volumes.Sum();
        return moved == 0 && places.All(place => weights[place] > 0) && off <= volumes.Max() + 1e-9;
    });

    [Fact]
    public void Deal_FewVolumes_IsNotFurtherOffTheBestThanTheirSecondLargest() => Check(
        (volumes, weights) =>
        {
            int[] places = Fresh(volumes);
            VolumeBalancer.Deal(volumes, weights, places);
            double off = VolumeBalancer.OffOf(volumes, weights, places) * volumes.Sum();
            return off <= BestOff(volumes, weights) + volumes.Order().Reverse().Skip(1).FirstOrDefault() + 1e-9;
        },
        countMax: 7);

    [Fact]
    public void Deal_VolumesThatChanged_MovesNoMoreThanWasTooMuch() => Check((volumes, weights) =>
    {
        Random random = new((int)(volumes.Sum() * 1000));
        int[] places = Fresh(volumes);
        VolumeBalancer.Deal(volumes, weights, places);
        (double Volume, int Place)[] changed =
            [.. volumes.Zip(places, (volume, place) => (volume * (0.5 + random.NextDouble()), place)).OrderByDescending(pair => pair.Item1)];
        double[] now = [.. changed.Select(pair => pair.Volume)];
        int[] kept = [.. changed.Select(pair => pair.Place)];
        int[] before = [.. kept];
        double excess = ExcessOf(now, weights, kept);
        double off = VolumeBalancer.OffOf(now, weights, kept);
        double moved = VolumeBalancer.Deal(now, weights, kept);
        double counted = now.Where((_, i) => before[i] != kept[i]).Sum();
        return moved <= excess + 1e-9 && counted <= moved + 1e-9 && VolumeBalancer.OffOf(now, weights, kept) <= off + 1e-9;
    });

    [Fact]
    public void Deal_SharesThatHold_MovesNobody() => Check((volumes, weights) =>
    {
        int[] places = Fresh(volumes);
        VolumeBalancer.Deal(volumes, weights, places);
        int[] again = [.. places];
        return VolumeBalancer.OffOf(volumes, weights, places) > AssignmentLimits.MoveAbove
            || (VolumeBalancer.Deal(volumes, weights, again) == 0 && again.SequenceEqual(places));
    });

    [Fact]
    public void Deal_TargetThatIsGone_MovesOnlyItsOwn() => Check((volumes, weights) =>
    {
        int[] places = Fresh(volumes);
        VolumeBalancer.Deal(volumes, weights, places);
        int gone = places[0];
        double[] left = [.. weights.Select((weight, i) => i == gone ? 0 : weight)];
        if (left.Sum() <= 0)
        {
            return true;
        }
        int[] before = [.. places];
        bool[] mayMove = [.. places.Select(place => place == gone)];
        VolumeBalancer.Deal(volumes, left, places, mayMove);
        return places.Where((place, i) => before[i] != gone && place != before[i]).FirstOrDefault(-1) == -1 && !places.Contains(gone);
    });

    [Fact]
    public void Deal_ZipfVolumes_MeetsWeightsWithinAThousandth()
    {
        double[] volumes = [.. Enumerable.Range(1, 1000).Select(rank => 1.0 / rank)];
        int[] places = Fresh(volumes);
        VolumeBalancer.Deal(volumes, [70, 20, 10], places);
        Assert.InRange(VolumeBalancer.OffOf(volumes, [70, 20, 10], places), 0, 0.001);
    }

    private static int[] Fresh(double[] volumes) => [.. volumes.Select(_ => VolumeBalancer.Nowhere)];

    /// <summary>The least that any assignment is off, by trying all of them.</summary>
    private static double BestOff(double[] volumes, double[] weights)
    {
        int[] places = new int[volumes.Length];
        double best = double.PositiveInfinity;
        while (true)
        {
            if (places.All(place => weights[place] > 0))
            {
                best = Math.Min(best, VolumeBalancer.OffOf(volumes, weights, places) * volumes.Sum());
            }
            int at = 0;
            while (at < places.Length && ++places[at] == weights.Length)
            {
                places[at++] = 0;
            }
            if (at == places.Length)
            {
                return best;
            }
        }
    }

    private static double ExcessOf(double[] volumes, double[] weights, int[] places) => Enumerable.Range(0, weights.Length).Sum(target =>
        Math.Max(0, volumes.Where((_, i) => places[i] == target).Sum() - (volumes.Sum() * weights[target] / weights.Sum())));

    private static void Check(Func<double[], double[], bool> holds, int countMax = 60)
    {
        Gen<double[]> volumes = Gen.Choose(1, 10_000).Select(whole => Math.Pow(whole, 1.5)).ArrayOf()
            .Select(all => all.Take(countMax).OrderDescending().ToArray()).Where(all => all.Length > 0);
        Gen<double[]> weights = Gen.Choose(0, 100).Select(whole => (double)whole).ArrayOf(3).Where(all => all.Sum() > 0);
        Prop.ForAll((from volume in volumes from weight in weights select (volume, weight)).ToArbitrary(), given => holds(given.volume, given.weight))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(20261120, 1));
    }
}

using FsCheck;
using FsCheck.Fluent;
using Meridian.Simulation.Population;
using Meridian.Simulation.Results;
using Meridian.Simulation.Running;

namespace Meridian.Simulation.Tests;

public sealed class TrafficSeriesTests
{
    private const double Duration = 100;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public void AddStream_AnyInterval_FillsBinsAsAWalkThroughTimeDoes(double bin) =>
        Prop.ForAll(
            Gen.Zip(Gen.Choose(-500, 12_000), Gen.Choose(0, 6_000)).ToArbitrary(),
            interval =>
            {
                double from = interval.Item1 / 100.0;
                double to = from + interval.Item2 / 100.0;
                TrafficSeries series = new(Duration, bin);
                series.AddStream(0, 0, from, to, 8);
                series.AddAt(0, 0, 0, 0);

                double[] lookups = series.LookupsOf((0, 0));
                for (int i = 0; i < lookups.Length; i++)
                {
                    double overlap = Math.Max(0, Math.Min(Math.Min(to, Duration), (i + 1) * bin) - Math.Max(Math.Max(from, 0), i * bin));
                    if (Math.Abs(lookups[i] - overlap * 8) > 1e-5)
                    {
                        return false;
                    }
                }
                return true;
            }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(HoldRule.None)]
    [InlineData(HoldRule.Fixed)]
    [InlineData(HoldRule.Connection)]
    [InlineData(HoldRule.Process)]
    public void HoldKernel_SteadyStream_StaysAsItIs(HoldRule rule)
    {
        double[] steady = new double[200];
        Array.Fill(steady, 5);

        double[] held = HoldKernel.Apply(steady, new ClientClass("any", 1, rule, 30), 1, before: 5);

        Assert.All(held, requests => Assert.Equal(5, requests, 9));
    }

    [Fact]
    public void HoldKernel_StreamThatEnds_IsHeldOn()
    {
        double[] ends = [.. Enumerable.Repeat(5.0, 100), .. Enumerable.Repeat(0.0, 100)];

        double[] box = HoldKernel.Apply(ends, new ClientClass("browser", 1, HoldRule.Fixed, 30), 1, before: 5);
        double[] decay = HoldKernel.Apply(ends, new ClientClass("process", 1, HoldRule.Process, 30), 1, before: 5);

        Assert.Equal(2.5, box[114], 6);
        Assert.Equal(0, box[130], 6);
        Assert.Equal(5 * Math.Exp(-1), decay[129], 3);
    }
}

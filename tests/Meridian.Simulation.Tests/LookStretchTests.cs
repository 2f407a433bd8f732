using FsCheck;
using FsCheck.Fluent;
using Meridian.Simulation.Running;

namespace Meridian.Simulation.Tests;

public sealed class LookStretchTests
{
    [Fact]
    public void Spread_AnyStretch_AddsUpToItsLengthAndIsHalfLater() =>
        Prop.ForAll(Gen.Choose(0, 4_000).Two().ToArbitrary(), pair =>
        {
            (double from, double to) = (pair.Item1 / 100.0, (pair.Item1 + pair.Item2) / 100.0);

            (int Bin, double Seconds, double Later)[] parts = [.. LookStretch.Spread(from, to, 1, 100)];

            Assert.Equal(to - from, parts.Sum(part => part.Seconds), 6);
            Assert.Equal((to - from) / 2, parts.Sum(part => part.Seconds * part.Later), 6);
            Assert.All(parts, part => Assert.InRange(part.Seconds, 0, 1));
            Assert.Equal(parts.Select(part => part.Bin).Order().Distinct(), parts.Select(part => part.Bin));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Spread_BeyondTheBins_IsLeftOut()
    {
        (int Bin, double Seconds, double Later)[] parts = [.. LookStretch.Spread(-1.5, 2.5, 1, 2)];

        Assert.Equal([(0, 1.0, 0.5), (1, 1.0, 0.75)], parts);
    }
}

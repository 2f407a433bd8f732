using System.Collections.Immutable;
using Meridian.Control.History;

namespace Meridian.Control.Tests.History;

/// <summary>The serials of zones in the log of past states.</summary>
public sealed class SerialRunsTests
{
    [Fact]
    public void Resolve_RandomHistories_GivesBackEverySerial()
    {
        Random random = new(11);
        for (int history = 0; history < 200; history++)
        {
            // Serials pass the end of their numbers too (RFC 1982).
            uint revision = uint.MaxValue - (uint)random.Next(20);
            ImmutableArray<uint> serials = [.. Enumerable.Repeat(revision, random.Next(0, 40))];
            for (int step = 0; step < 30; step++)
            {
                ImmutableArray<uint> before = serials;
                revision = unchecked(revision + (uint)random.Next(1, 3));
                serials = [.. before.Select(serial => random.Next(8) == 0 ? revision : serial)];
                ImmutableArray<SerialRun> since = SerialRuns.Since(before, serials, revision);
                Assert.Equal(serials, SerialRuns.Resolve(since, revision, before));
                Assert.Equal(serials, SerialRuns.Resolve(SerialRuns.Of(serials, revision), revision, before: default));
            }
        }
    }

    [Fact]
    public void Since_OneZoneOfTenThousandChanges_IsThreeRuns()
    {
        ImmutableArray<uint> before = [.. Enumerable.Range(0, 10_000).Select(zone => 100u + (uint)(zone % 7))];
        Assert.Equal([new SerialRun(4321, 1), new SerialRun(1, 0), new SerialRun(5678, 1)], SerialRuns.Since(before, before.SetItem(4321, 200), 200));
    }

    [Fact]
    public void Since_ASerialFromElsewhere_IsToldInFull() => Assert.True(SerialRuns.Since([1, 2], [1, 7], 9).IsDefault);

    [Fact]
    public void Resolve_RunsOfOtherZones_AreRefused()
    {
        Assert.Throws<InvalidDataException>(() => SerialRuns.Resolve([new SerialRun(3, 1)], 9, [1, 2]));
        Assert.Throws<InvalidDataException>(() => SerialRuns.Resolve([new SerialRun(int.MaxValue, 1)], 9, default));
    }
}

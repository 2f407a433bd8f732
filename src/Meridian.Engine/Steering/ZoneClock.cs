namespace Meridian.Engine.Steering;

/// <summary>A time zone's offsets from UTC, worked out ahead, so that a query needs neither calendar nor allocation.</summary>
internal sealed class ZoneClock
{
    /// <summary>Years that are worked out. Earlier and later moments have the offset of the nearest one that is.</summary>
    private const int FirstYear = 2020;
    private const int LastYear = 2070;

    private readonly long[] _starts;
    private readonly int[] _offsets;

    private ZoneClock(long[] starts, int[] offsets)
    {
        _starts = starts;
        _offsets = offsets;
    }

    public static ZoneClock Create(TimeZoneInfo zone)
    {
        List<long> starts = [long.MinValue];
        DateTimeOffset at = new(FirstYear, 1, 1, 0, 0, 0, TimeSpan.Zero);
        List<int> offsets = [OffsetOf(zone, at)];
        // The shortest period that zones keep is Morocco's Ramadan time, a month: such a step misses none.
        for (DateTimeOffset next = at.AddDays(14); next.Year < LastYear; at = next, next = next.AddDays(14))
        {
            int offset = OffsetOf(zone, next);
            if (offset != offsets[^1])
            {
                starts.Add(FindChange(zone, at.ToUnixTimeSeconds(), next.ToUnixTimeSeconds(), offset));
                offsets.Add(offset);
            }
        }
        return new ZoneClock([.. starts], [.. offsets]);
    }

    /// <summary>Seconds that local time is ahead of UTC.</summary>
    public int OffsetAt(long unixSeconds)
    {
        int index = _starts.AsSpan().BinarySearch(unixSeconds);
        return _offsets[index >= 0 ? index : ~index - 1];
    }

    private static long FindChange(TimeZoneInfo zone, long before, long after, int offset)
    {
        while (after - before > 1)
        {
            long middle = before + ((after - before) / 2);
            if (OffsetOf(zone, DateTimeOffset.FromUnixTimeSeconds(middle)) == offset)
            {
                after = middle;
            }
            else
            {
                before = middle;
            }
        }
        return after;
    }

    private static int OffsetOf(TimeZoneInfo zone, DateTimeOffset at) => (int)zone.GetUtcOffset(at).TotalSeconds;
}

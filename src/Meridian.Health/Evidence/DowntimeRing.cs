using System.Collections.Immutable;

namespace Meridian.Health.Evidence;

/// <summary>Seconds of downtime in buckets of one length, the latest of them only. Not safe for concurrent use.</summary>
internal sealed class DowntimeRing(TimeSpan bucket, int count)
{
    private readonly float[] _seconds = new float[count];

    // The number of the newest bucket, counted from the year 1.
    private long _newest;

    internal void Add(DateTimeOffset from, DateTimeOffset to)
    {
        // What lies before the window cannot matter any more; nor may a clock that jumped make this a long walk.
        DateTimeOffset oldest = to - (bucket * count);
        for (DateTimeOffset at = from < oldest ? oldest : from; at < to;)
        {
            long number = at.UtcTicks / bucket.Ticks;
            DateTimeOffset end = new((number + 1) * bucket.Ticks, TimeSpan.Zero);
            DateTimeOffset until = end < to ? end : to;
            Advance(number);
            _seconds[number % count] += (float)(until - at).TotalSeconds;
            at = until;
        }
    }

    internal TimeSpan Sum(DateTimeOffset now)
    {
        Advance(now.UtcTicks / bucket.Ticks);
        return TimeSpan.FromSeconds(_seconds.Sum());
    }

    /// <summary>Only buckets that hold something.</summary>
    internal DowntimeRecord ToRecord() => new(
        _newest,
        [.. Enumerable.Range(0, count)
            .Where(age => _newest >= age && _seconds[(_newest - age) % count] > 0)
            .SelectMany(age => new[] { age, (int)Math.Ceiling(_seconds[(_newest - age) % count]) })]);

    internal static DowntimeRing Of(DowntimeRecord record, TimeSpan bucket, int count)
    {
        DowntimeRing ring = new(bucket, count) { _newest = Math.Max(0, record.Newest) };
        for (int i = 0; !record.AgesAndSeconds.IsDefault && i + 1 < record.AgesAndSeconds.Length; i += 2)
        {
            (int age, int seconds) = (record.AgesAndSeconds[i], record.AgesAndSeconds[i + 1]);
            if (age >= 0 && age < count && age <= ring._newest)
            {
                ring._seconds[(ring._newest - age) % count] = Math.Clamp(seconds, 0, (float)bucket.TotalSeconds);
            }
        }

        return ring;
    }

    private void Advance(long number)
    {
        if (number <= _newest)
        {
            return;
        }

        // A gap longer than the ring leaves nothing of it.
        long passed = Math.Min(number - _newest, count);
        for (long i = 1; i <= passed; i++)
        {
            _seconds[(_newest + i) % count] = 0;
        }

        _newest = number;
    }
}

/// <summary>A ring as it is kept.</summary>
/// <param name="Newest">The number of its newest bucket.</param>
/// <param name="AgesAndSeconds">Pairs: how many buckets before the newest one, and seconds of downtime in it.</param>
internal sealed record DowntimeRecord(long Newest, ImmutableArray<int> AgesAndSeconds);

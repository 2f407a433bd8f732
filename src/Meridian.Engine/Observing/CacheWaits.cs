namespace Meridian.Engine.Observing;

/// <summary>
/// How long caches wait after an answer has expired, until somebody wants to know again. A gap between two questions of one
/// cache is the life of the answer and such a wait, which is exponential with the rate of the lookups.
/// </summary>
internal static class CacheWaits
{
    // Seconds. Caches that count whole ones let an answer go up to one too soon, and questions have some way to go.
    private const double Rounding = 1.05;

    // 0.7 to 0.95 of the TTL: resolvers that fetch ahead do so in the last tenth.
    private const double ShortGap = 0.9;

    // One of so many gaps may be short, by a restart or a second client of the resolver's, and it is one cache all the same.
    private const int ShortOneOf = 10;

    // 3 to 20 gaps. With fewer, chance looks like a habit.
    private const int HabitMin = 4;

    // 0.5 to 0.9 of the median: a clamped cache asks like a clock, several caches together do not.
    private const double Regular = 0.7;

    // 0 to 1: the part of the questions that come again one TTL later. Each cache's own do, whatever the others do.
    private const double Recurring = 0.5;

    /// <summary>The waits of one asker.</summary>
    /// <param name="times">Of its questions, in seconds, rising.</param>
    /// <param name="ttls">What each answer said, in seconds.</param>
    /// <param name="life">How long answers live; longer or shorter than the TTL where the gaps say so.</param>
    /// <returns>In seconds; may be a little below 0, by the clocks. Empty when there is nothing to read.</returns>
    public static CacheWait[] Of(double[] times, double[] ttls, ref double life)
    {
        double[] gaps = [.. times.Skip(1).Zip(times, (next, time) => next - time)];
        int shorts = gaps.Where((gap, i) => IsShort(gap, ttls[i])).Count();
        if (shorts * ShortOneOf > gaps.Length)
        {
            CacheWait[] matched = Matched(times, ttls, out double recurring);
            return IsClock(gaps) && recurring < Recurring ? Shifted([.. gaps.Select((gap, i) => new CacheWait(times[i], gap))], ref life, 0) : matched;
        }
        CacheWait[] whole = [.. gaps.Select((gap, i) => new CacheWait(times[i], gap - ttls[i])).Where((_, i) => !IsShort(gaps[i], ttls[i]))];
        double least = whole.Min(wait => wait.Seconds);
        bool isEarly = least < -Rounding - 0.1;
        // The least of n waits is a n-th of the mean wait; where it is far more, the cache itself holds longer.
        bool isLate = least > Math.Max(2, life * 0.1) && whole.Length >= HabitMin && whole.Length * least > 3 * whole.Average(wait => wait.Seconds);
        return isEarly || isLate ? Shifted(whole, ref life, life) : whole;
    }

    private static bool IsShort(double gap, double ttl) => gap < (ShortGap * ttl) - Rounding;

    /// <summary>A life that is not the TTL: the least gap shows it, and tells nothing of the demand.</summary>
    private static CacheWait[] Shifted(CacheWait[] gaps, ref double life, double offset)
    {
        double least = gaps.Min(gap => gap.Seconds);
        life = Math.Max(1, offset + least);
        int at = Array.FindIndex(gaps, gap => gap.Seconds == least);
        return [.. gaps.Where((_, i) => i != at).Select(gap => gap with { Seconds = gap.Seconds - least })];
    }

    /// <summary>
    /// Several caches behind one address: to each question the first one that the same cache could have asked next. Who expired
    /// first asks first, as long as caches are much busier than they are many.
    /// </summary>
    private static CacheWait[] Matched(double[] times, double[] ttls, out double recurring)
    {
        List<CacheWait> waits = [];
        int next = 1;
        int expired = 0;
        int near = 0;
        for (int i = 0; i < times.Length && times[i] + ttls[i] + Rounding <= times[^1]; i++)
        {
            double expiry = times[i] + ttls[i];
            expired++;
            next = Math.Max(next, i + 1);
            while (next < times.Length && times[next] < expiry - Rounding)
            {
                next++;
            }
            if (next == times.Length)
            {
                break;
            }
            double wait = times[next++] - expiry;
            waits.Add(new CacheWait(times[i], wait));
            near += wait <= Math.Max(3, ttls[i] * 0.15) ? 1 : 0;
        }
        recurring = expired == 0 ? 1 : (double)near / expired;
        return [.. waits];
    }

    private static bool IsClock(double[] gaps)
    {
        double[] sorted = [.. gaps.Order()];
        return sorted.Length >= HabitMin && sorted[sorted.Length / 10] >= Regular * sorted[sorted.Length / 2];
    }
}

namespace Meridian.Control.Observing;

/// <summary>How a resolver treats TTLs, as far as the times of its questions tell.</summary>
public enum CacheBehaviour
{
    /// <summary>It has not asked often enough.</summary>
    Unknown,

    /// <summary>It asks again when the TTL is over and somebody wants to know.</summary>
    Honest,

    /// <summary>It keeps answers for longer: a clamped minimum, or it ignores the TTL.</summary>
    Late,

    /// <summary>It asks before the TTL is over: a clamped maximum, or it fetches ahead.</summary>
    Early,

    /// <summary>Several caches stand behind its address, each with a life of its own.</summary>
    Several,
}

/// <summary>What the times of one asker's questions say about the caches behind it.</summary>
/// <param name="Behaviour">Which kind.</param>
/// <param name="Caches">How many, about.</param>
/// <param name="EffectiveTtl">How long an answer really lives in them, in seconds.</param>
/// <param name="Demand">Lookups per second behind one of them; at most <see cref="DemandMax"/>.</param>
public readonly record struct CacheEstimate(CacheBehaviour Behaviour, double Caches, double EffectiveTtl, double Demand)
{
    /// <summary>
    /// Lookups per second, 0.1 to 2. A busier cache asks again within two seconds of the TTL's end, and times are known to the
    /// second: beyond it nobody can tell how busy.
    /// </summary>
    public const double DemandMax = 0.5;

    private const double DemandMin = 1.0 / 3600;

    // Seconds. Times are whole ones, and a TTL counts down in whole ones, too.
    private const double Rounding = 2;

    // 0.7 to 0.95 of the TTL: resolvers that fetch ahead do so in the last tenth.
    private const double ShortGap = 0.9;

    // 2 to 100 gaps. With fewer, chance looks like a habit.
    private const int GapsMin = 3;
    private const int RegularGapsMin = 5;

    // 0.5 to 0.9 of the median: a clamped cache asks like a clock, several caches together do not.
    private const double Regular = 0.7;

    // 0 to 1: the part of the questions that come again one TTL later. Each cache's own do, whatever the others do.
    private const double Recurring = 0.5;

    private const double SlackPart = 0.15;
    private const double LateSearch = 30;

    /// <summary>Reads the times of all that a resolver asks for: its habits are its own, whatever the name.</summary>
    /// <param name="all">For each name and client network: Unix seconds, rising.</param>
    /// <param name="ttl">What the answers said, in seconds.</param>
    public static CacheEstimate Of(IReadOnlyCollection<long[]> all, double ttl)
    {
        List<double[]> gaps = [.. all.Where(times => times.Length > 1).Select(GapsOf)];
        if (gaps.Count == 0 || ttl <= 0)
        {
            return new CacheEstimate(CacheBehaviour.Unknown, 1, Math.Max(1, ttl), DemandMax);
        }
        List<double[]> ofOne = [.. gaps.Where(own => own[0] >= (ShortGap * ttl) - Rounding)];
        if (ofOne.Count * 2 > gaps.Count)
        {
            return OfOne([.. ofOne.SelectMany(own => own).Order()], ttl);
        }
        // What was asked most tells most.
        long[] most = all.MaxBy(times => times.Length)!; // There is one with gaps.
        double[] between = GapsOf(most);
        return IsClock(between) && RecurrenceOf(most, ttl) < Recurring ? Shifted(CacheBehaviour.Early, between) : OfSeveral(most, ttl);
    }

    /// <summary>The same resolver's habits with one name, of which it may be asked more or less.</summary>
    /// <param name="times">Of that name.</param>
    /// <param name="others">Lookups per second behind one cache of other resolvers, where several caches cannot be told apart.</param>
    public CacheEstimate With(long[] times, double others)
    {
        if (Caches > 1)
        {
            double rate = times.Length < 2 ? 0 : (times.Length - 1) / (double)Math.Max(1, times[^1] - times[0]);
            return this with { Caches = Math.Max(1.01, rate * EffectiveTtl), Demand = others };
        }
        return times.Length < 2 ? this : this with { Demand = DemandOf(((times[^1] - times[0]) / (double)(times.Length - 1)) - EffectiveTtl) };
    }

    private static double[] GapsOf(long[] times)
    {
        double[] gaps = new double[times.Length - 1];
        for (int i = 0; i < gaps.Length; i++)
        {
            gaps[i] = times[i + 1] - times[i];
        }
        Array.Sort(gaps);
        return gaps;
    }

    /// <summary>One cache: a gap is the life of an answer, and the wait for the next who wants to know.</summary>
    private static CacheEstimate OfOne(double[] gaps, double ttl)
    {
        double mean = gaps.Average();
        if (gaps.Length < GapsMin)
        {
            return new CacheEstimate(CacheBehaviour.Unknown, 1, ttl, DemandOf(mean - ttl));
        }
        // The least of n waits is a n-th of the mean wait; where it is far more, the cache itself holds longer.
        double least = gaps[0] - ttl;
        if (least > Math.Max(Rounding, ttl * 0.1) && gaps.Length * least > 3 * (mean - ttl))
        {
            return Shifted(CacheBehaviour.Late, gaps);
        }
        return mean < ttl - Rounding
            ? new CacheEstimate(CacheBehaviour.Early, 1, mean, DemandMax)
            : new CacheEstimate(CacheBehaviour.Honest, 1, ttl, DemandOf(mean - ttl));
    }

    /// <summary>A life that is not the TTL: the gaps are that and waits, a shifted exponential distribution.</summary>
    private static CacheEstimate Shifted(CacheBehaviour behaviour, double[] gaps)
    {
        double wait = (gaps.Average() - gaps[0]) * gaps.Length / Math.Max(1, gaps.Length - 1);
        return new CacheEstimate(behaviour, 1, Math.Max(1, gaps[0] - (wait / gaps.Length)), DemandOf(wait));
    }

    private static CacheEstimate OfSeveral(ReadOnlySpan<long> times, double ttl)
    {
        double span = Math.Max(1, times[^1] - times[0]);
        double rate = (times.Length - 1) / span;
        double life = ttl;
        if (RecurrenceOf(times, ttl) < Recurring && span > 3 * ttl)
        {
            // They do not come again after one TTL. Perhaps after a longer time that is the same for all.
            for (double lag = ttl; lag <= Math.Min(span / 2, ttl * LateSearch); lag++)
            {
                if (RecurrenceOf(times, lag) > Math.Max(0.8, 2 * Chance(rate, lag)))
                {
                    life = lag;
                    break;
                }
            }
        }
        return new CacheEstimate(life > ttl + Rounding ? CacheBehaviour.Late : CacheBehaviour.Several, Math.Max(2, rate * life), life, DemandMax);
    }

    private static bool IsClock(double[] gaps) => gaps.Length >= RegularGapsMin && gaps[gaps.Length / 10] >= Regular * gaps[gaps.Length / 2];

    /// <summary>The part of the questions after which another one comes a lag later.</summary>
    private static double RecurrenceOf(ReadOnlySpan<long> times, double lag)
    {
        double slack = SlackOf(lag);
        int asked = 0;
        int found = 0;
        int next = 0;
        foreach (long time in times)
        {
            if (time + lag + slack > times[^1])
            {
                break;
            }
            while (next < times.Length && times[next] < time + lag - 1)
            {
                next++;
            }
            asked++;
            found += next < times.Length && times[next] <= time + lag + slack ? 1 : 0;
        }
        return asked == 0 ? 1 : (double)found / asked;
    }

    private static double Chance(double rate, double lag) => 1 - Math.Exp(-rate * (SlackOf(lag) + 1));

    private static double SlackOf(double lag) => Math.Max(3, lag * SlackPart);

    private static double DemandOf(double wait) => Math.Clamp(1 / Math.Max(wait, 1 / DemandMax), DemandMin, DemandMax);
}

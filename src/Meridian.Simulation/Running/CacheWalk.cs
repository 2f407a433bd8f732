using Meridian.Simulation.Population;

namespace Meridian.Simulation.Running;

/// <summary>
/// Takes one cache entry through a stretch of time in which the authority stays as it is. Entries do not touch each other,
/// so there is no queue of events: each is walked to the end of the stretch, in any order, by any worker.
/// </summary>
internal sealed class CacheWalk(PopulationModel population, SimulatedAuthority authority, long startUnixSeconds)
{
    private const double SecondsPerHour = 3_600;

    // Prefetching caches ask when less than a tenth of the TTL is left (Unbound's `prefetch`, BIND's is two seconds).
    private const double PrefetchShare = 0.1;

    /// <summary>Walks an entry.</summary>
    /// <param name="entry">The entry; carries its state from one stretch to the next.</param>
    /// <param name="epoch">Which state of the authority this is.</param>
    /// <param name="until">The end of the stretch.</param>
    /// <param name="series">Receives what its clients are given.</param>
    /// <param name="asked">Receives its questions, as the authority observes them; null for nobody.</param>
    /// <returns>Questions that it asked.</returns>
    public long Walk(ref CacheEntry entry, int epoch, double until, TrafficSeries series, List<AskedQuestion>? asked)
    {
        ResolverClass behaviour = population.ResolverClasses[entry.Class];
        long questions = 0;
        while (entry.NextFetch < until)
        {
            double now = entry.NextFetch;
            AnswerSeen seen = authority.Ask(in entry, startUnixSeconds + (long)Math.Floor(now), ref entry.Random);
            questions++;
            asked?.Add(new AskedQuestion(entry.Resolver, entry.Subnet, now, seen.Lifetime));
            series.AddQuery(now);
            Trigger(in entry, behaviour, epoch, seen.Answer, now, series);
            double validUntil = behaviour.ExpiryOf(now, seen.Lifetime);
            entry.Answer = seen.Answer;
            entry.AnswerEpoch = epoch;
            entry.ValidUntil = validUntil;
            entry.NextFetch = NextFetch(ref entry, behaviour, now, validUntil);
            Spread(in entry, epoch, now, Math.Min(validUntil, entry.NextFetch), series);
        }
        return questions;
    }

    /// <summary>The client whose query makes the cache ask gets the new answer; of one that serves stale, the old one.</summary>
    private static void Trigger(
        in CacheEntry entry, ResolverClass behaviour, int epoch, int fresh, double now, TrafficSeries series)
    {
        bool isStale = behaviour.Rule == CacheRule.ServeStale && entry.Answer >= 0 && now - entry.ValidUntil <= behaviour.Seconds;
        series.AddAt(isStale ? entry.AnswerEpoch : epoch, isStale ? entry.Answer : fresh, now, 1);
    }

    private double NextFetch(ref CacheEntry entry, ResolverClass behaviour, double now, double validUntil)
    {
        if (behaviour.Rule == CacheRule.Prefetch)
        {
            double window = validUntil - (validUntil - now) * PrefetchShare;
            double next = NextLookup(ref entry, window);
            return next < validUntil ? next : NextLookup(ref entry, validUntil);
        }
        return NextLookup(ref entry, validUntil);
    }

    /// <summary>The first lookup after a moment, of a Poisson stream whose rate goes with the hour of the clients' day.</summary>
    private double NextLookup(ref CacheEntry entry, double from)
    {
        double left = entry.Random.NextExponential() / entry.Rate;
        double at = from;
        while (true)
        {
            double end = (Math.Floor(at / SecondsPerHour) + 1) * SecondsPerHour;
            double activity = ActivityAt(entry.ClockOffset, at);
            double fits = (end - at) * activity;
            if (left <= fits)
            {
                return at + left / activity;
            }
            left -= fits;
            at = end;
            if (at - from > PopulationModel.SecondsPerDay * 30)
            {
                return at;
            }
        }
    }

    private void Spread(in CacheEntry entry, int epoch, double from, double to, TrafficSeries series)
    {
        double at = from;
        while (at < to)
        {
            double end = Math.Min(to, (Math.Floor(at / SecondsPerHour) + 1) * SecondsPerHour);
            series.AddStream(epoch, entry.Answer, at, end, entry.Rate * ActivityAt(entry.ClockOffset, at));
            at = end;
        }
    }

    private double ActivityAt(double clockOffset, double at) =>
        DailyActivity.At(population.DailySwing, clockOffset, startUnixSeconds + at);
}

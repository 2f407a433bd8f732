using Meridian.Simulation.Population;

namespace Meridian.Simulation.Running;

/// <summary>
/// Takes one cache entry through a stretch of time in which the authority stays as it is. Entries do not touch each other,
/// so there is no queue of events: each is walked to the end of the stretch, in any order, by any worker.
/// </summary>
/// <param name="population">Who asks.</param>
/// <param name="authority">Who answers.</param>
/// <param name="startUnixSeconds">When the run begins.</param>
/// <param name="watchers">Clients whose single lookups are counted in place of all traffic; null counts all traffic.</param>
internal sealed class CacheWalk(PopulationModel population, SimulatedAuthority authority, long startUnixSeconds, Watchers? watchers)
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
            Trigger(ref entry, behaviour, epoch, seen.Answer, now, series);
            double validUntil = behaviour.ExpiryOf(now, seen.Lifetime);
            entry.Answer = seen.Answer;
            entry.AnswerEpoch = epoch;
            entry.ValidUntil = validUntil;
            entry.NextFetch = NextFetch(ref entry, behaviour, now, validUntil);
            Spread(ref entry, epoch, now, Math.Min(validUntil, entry.NextFetch), series);
        }
        return questions;
    }

    /// <summary>The client whose query makes the cache ask gets the new answer; of one that serves stale, the old one.</summary>
    private void Trigger(
        ref CacheEntry entry, ResolverClass behaviour, int epoch, int fresh, double now, TrafficSeries series)
    {
        bool isStale = behaviour.Rule == CacheRule.ServeStale && entry.Answer >= 0 && now - entry.ValidUntil <= behaviour.Seconds;
        (int from, int answer) = isStale ? (entry.AnswerEpoch, entry.Answer) : (epoch, fresh);
        if (watchers is null)
        {
            series.AddAt(from, answer, now, 1);
        }
        else
        {
            watchers.See(ref entry, from, answer, now, series);
        }
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

    private void Spread(ref CacheEntry entry, int epoch, double from, double to, TrafficSeries series)
    {
        double at = from;
        while (at < to)
        {
            double end = Math.Min(to, (Math.Floor(at / SecondsPerHour) + 1) * SecondsPerHour);
            double perSecond = entry.Rate * ActivityAt(entry.ClockOffset, at);
            if (watchers is null)
            {
                series.AddStream(epoch, entry.Answer, at, end, perSecond);
            }
            else
            {
                watchers.SeeStream(ref entry, epoch, at, end, perSecond, series);
            }
            at = end;
        }
    }

    private double ActivityAt(double clockOffset, double at) =>
        DailyActivity.At(population.DailySwing, clockOffset, startUnixSeconds + at);
}

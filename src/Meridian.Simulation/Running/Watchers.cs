using Meridian.Simulation.Population;

namespace Meridian.Simulation.Running;

/// <summary>
/// Clients that look at caches one lookup at a time, as those of an experiment do. What a cache gives is then known only
/// from look to look, and traffic is counted as an experiment would have to count it (<see cref="LookStretch"/>).
/// </summary>
/// <param name="entries">Cache entries in all.</param>
/// <param name="clients">Clients of each, 1 to 64; its lookups fall to one of them at random, which makes a Poisson stream of each.</param>
internal sealed class Watchers(int entries, int clients)
{
    private readonly Look[] _last = new Look[entries * clients];

    /// <summary>Lookups of an even stream, one by one.</summary>
    public void SeeStream(ref CacheEntry entry, int epoch, double from, double to, double perSecond, TrafficSeries series)
    {
        for (double at = from + (entry.Random.NextExponential() / perSecond); at < to; at += entry.Random.NextExponential() / perSecond)
        {
            See(ref entry, epoch, entry.Answer, at, series);
        }
    }

    /// <summary>One lookup.</summary>
    public void See(ref CacheEntry entry, int epoch, int answer, double at, TrafficSeries series)
    {
        ref Look last = ref _last[(entry.Number * clients) + (int)(entry.Random.NextDouble() * clients)];
        if (last.IsThere)
        {
            series.AddStretch((last.Epoch, last.Answer), (epoch, answer), last.At, at, entry.Rate / clients);
        }
        last = new Look(at, epoch, answer, true);
    }

    /// <summary>What a client saw last.</summary>
    private readonly record struct Look(double At, int Epoch, int Answer, bool IsThere);
}

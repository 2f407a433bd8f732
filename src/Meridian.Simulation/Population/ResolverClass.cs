namespace Meridian.Simulation.Population;

/// <summary>Resolvers that treat TTLs alike.</summary>
/// <param name="Name">For reports.</param>
/// <param name="Share">Their part of all resolvers, relative to the other classes; above 0.</param>
/// <param name="Rule">What they make of a TTL.</param>
/// <param name="Seconds">The bound of <see cref="CacheRule.AtLeast"/>, <see cref="CacheRule.AtMost"/>, <see cref="CacheRule.Ignore"/>
/// and <see cref="CacheRule.ServeStale"/>; 0 to 604,800, unused by the others.</param>
public sealed record ResolverClass(string Name, double Share, CacheRule Rule, double Seconds = 0)
{
    /// <summary>How they count time.</summary>
    public CacheClock Clock { get; init; }

    /// <summary>How long an answer is kept, but for how the cache counts.</summary>
    /// <param name="ttl">The TTL it came with, in seconds.</param>
    public double LifetimeOf(double ttl) => Rule switch
    {
        CacheRule.AtLeast => Math.Max(ttl, Seconds),
        CacheRule.AtMost => Math.Min(ttl, Seconds),
        CacheRule.Ignore => Seconds,
        _ => ttl,
    };

    /// <summary>When an answer is given no more.</summary>
    /// <param name="fetchedAt">When it came, in seconds since a whole second.</param>
    /// <param name="ttl">The TTL it came with, in seconds.</param>
    public double ExpiryOf(double fetchedAt, double ttl)
    {
        double lifetime = LifetimeOf(ttl);
        return Clock switch
        {
            CacheClock.ThroughLastSecond => Math.Floor(fetchedAt) + lifetime + 1,
            // Never before it came: a TTL of 0 serves who asked.
            CacheClock.UntilLastSecond => Math.Max(fetchedAt, Math.Floor(fetchedAt) + lifetime),
            _ => fetchedAt + lifetime,
        };
    }
}

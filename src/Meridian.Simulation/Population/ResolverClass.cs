namespace Meridian.Simulation.Population;

/// <summary>Resolvers that treat TTLs alike.</summary>
/// <param name="Name">For reports.</param>
/// <param name="Share">Their part of all resolvers, relative to the other classes; above 0.</param>
/// <param name="Rule">What they make of a TTL.</param>
/// <param name="Seconds">The bound of <see cref="CacheRule.AtLeast"/>, <see cref="CacheRule.AtMost"/>, <see cref="CacheRule.Ignore"/>
/// and <see cref="CacheRule.ServeStale"/>; 0 to 604,800, unused by the others.</param>
public sealed record ResolverClass(string Name, double Share, CacheRule Rule, double Seconds = 0)
{
    /// <summary>How long an answer is kept.</summary>
    /// <param name="ttl">The TTL it came with, in seconds.</param>
    public double LifetimeOf(double ttl) => Rule switch
    {
        CacheRule.AtLeast => Math.Max(ttl, Seconds),
        CacheRule.AtMost => Math.Min(ttl, Seconds),
        CacheRule.Ignore => Seconds,
        _ => ttl,
    };
}

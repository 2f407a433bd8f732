namespace Meridian.Simulation.Population;

/// <summary>How a cache counts time.</summary>
public enum CacheClock
{
    /// <summary>An answer expires to the moment.</summary>
    Exact,

    /// <summary>
    /// In whole seconds, and an answer with none left is still given: it lives up to a second longer than its TTL (Unbound,
    /// Knot Resolver).
    /// </summary>
    ThroughLastSecond,

    /// <summary>
    /// In whole seconds, and an answer is gone when none are left: it lives up to a second less than its TTL (PowerDNS
    /// Recursor, dnsmasq).
    /// </summary>
    UntilLastSecond,
}

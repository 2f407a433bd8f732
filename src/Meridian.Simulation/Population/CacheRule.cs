namespace Meridian.Simulation.Population;

/// <summary>What a caching resolver makes of the TTL that it is given (RFC 1035 §3.2.1, RFC 2181 §8).</summary>
public enum CacheRule
{
    /// <summary>Keeps an answer for its TTL.</summary>
    Honour,

    /// <summary>Keeps an answer for its TTL, but never for less than the class's seconds.</summary>
    AtLeast,

    /// <summary>Keeps an answer for its TTL, but never for more than the class's seconds.</summary>
    AtMost,

    /// <summary>Keeps every answer for the class's seconds, whatever its TTL says.</summary>
    Ignore,

    /// <summary>
    /// Gives the first client after expiry the old answer and asks behind its back, as serve-stale without a client timer
    /// does (RFC 8767 §5; Unbound's <c>serve-expired</c>); the class's seconds bound the age of what is given so.
    /// </summary>
    ServeStale,

    /// <summary>Asks again when a client comes in the last tenth of the TTL, so that popular names never expire.</summary>
    Prefetch,
}

using Meridian.Engine.Answering;
using Meridian.Simulation.Running;

namespace Meridian.Simulation.Population;

/// <summary>
/// One answer's place in one cache: a resolver's own, or that of a client network in a cache that sends subnets. Its
/// clients' lookups are a Poisson stream, so only what passes the cache is an event.
/// </summary>
internal struct CacheEntry
{
    /// <summary>Its place among all entries.</summary>
    public int Number;

    /// <summary>Lookups per second of the clients behind it, averaged over the day.</summary>
    public double Rate;

    /// <summary>When it will next ask; seconds of the simulation.</summary>
    public double NextFetch;

    /// <summary>How far ahead of UTC its clients' day is, in seconds.</summary>
    public float ClockOffset;

    /// <summary>Index of its resolver class.</summary>
    public short Class;

    /// <summary>Prefix length that it sends with the query; 0 sends none.</summary>
    public byte SubnetLength;

    /// <summary>What it got last; negative before its first answer.</summary>
    public int Answer;

    /// <summary>The state of the authority that it came from.</summary>
    public int AnswerEpoch;

    /// <summary>When that ran out; what a cache that serves stale looks at.</summary>
    public double ValidUntil;

    public ClientAddress Resolver;

    /// <summary>The client network that the entry is for (IPv4), when it sends one.</summary>
    public uint Subnet;

    public Randomness Random;
}

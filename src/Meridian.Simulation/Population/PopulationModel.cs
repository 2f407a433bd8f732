using System.Collections.Immutable;

namespace Meridian.Simulation.Population;

/// <summary>
/// Who asks: how many clients behind how many resolvers, and what those do with an answer. The defaults are assumptions
/// with their sources in docs/simulator.md; measured numbers of your own are better.
/// </summary>
public sealed record PopulationModel
{
    /// <summary>Clients in all; 1 to 1,000,000,000.</summary>
    public long Clients { get; init; } = 10_000_000;

    /// <summary>Resolver addresses that ask; 1 to 1,000,000.</summary>
    public int Resolvers { get; init; } = 100_000;

    /// <summary>
    /// Exponent of the Zipf law that clients spread over resolvers by: the i-th largest serves a share in proportion to
    /// i to the power of minus this. 0 (all alike) to 2.
    /// </summary>
    public double Skew { get; init; } = 1.0;

    /// <summary>
    /// A resolver address with more clients than this is a farm of caches that do not share what they know, with as many
    /// caches as it takes; 1 to 1,000,000,000.
    /// </summary>
    public long ClientsPerCache { get; init; } = 50_000;

    /// <summary>Lookups of the simulated name by one client on one day, averaged over all; above 0, to 100,000.</summary>
    public double LookupsPerClientAndDay { get; init; } = 20;

    /// <summary>How far the rate swings around its mean over a local day, 0 (not at all) to 1 (no query in the dead of night).</summary>
    public double DailySwing { get; init; } = 0.6;

    /// <summary>Part of the clients whose resolvers send the client's subnet (RFC 7871), 0 to 1. The largest resolvers do.</summary>
    public double SubnetShare { get; init; } = 0.15;

    /// <summary>Networks (/24) that the clients of one cache that sends subnets are in, at most; 1 to 4,096.</summary>
    public int NetworksPerCache { get; init; } = 64;

    /// <summary>Whether a client that has got several addresses tries the next one when one does not answer.</summary>
    public bool ClientsTryNextAddress { get; init; } = true;

    /// <summary>How long a failure (SERVFAIL) is kept, 1 to 300 s; RFC 9520 §3.2 asks for at least 1 s, and 5 s is common.</summary>
    public double FailureLifetime { get; init; } = 5;

    /// <summary>How resolvers treat TTLs.</summary>
    public ImmutableArray<ResolverClass> ResolverClasses { get; init; } =
    [
        new("honour", 0.78, CacheRule.Honour),
        new("prefetch", 0.06, CacheRule.Prefetch),
        new("serve-stale", 0.06, CacheRule.ServeStale, 86_400),
        new("cap-low", 0.01, CacheRule.AtMost, 30),
        new("floor-60s", 0.05, CacheRule.AtLeast, 60),
        new("floor-300s", 0.03, CacheRule.AtLeast, 300),
        new("ignore-1h", 0.01, CacheRule.Ignore, 3_600),
    ];

    /// <summary>How clients hold on to an address.</summary>
    public ImmutableArray<ClientClass> ClientClasses { get; init; } =
    [
        new("looks up each time", 0.25, HoldRule.None),
        new("browser cache 60 s", 0.55, HoldRule.Fixed, 60),
        new("kept-alive connections", 0.19, HoldRule.Connection, 120),
        new("never looks up again", 0.01, HoldRule.Process, 86_400),
    ];

    /// <summary>
    /// Relative numbers of resolvers by country (ISO 3166-1 alpha-2); empty goes by the countries' allocated addresses.
    /// </summary>
    public ImmutableSortedDictionary<string, double> Countries { get; init; } = ImmutableSortedDictionary<string, double>.Empty;

    /// <summary>A day, in seconds.</summary>
    internal const double SecondsPerDay = 86_400;
}

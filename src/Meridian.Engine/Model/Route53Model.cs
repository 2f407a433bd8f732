using Meridian.Dns.Names;

namespace Meridian.Engine.Model;

/// <summary>What zones that the Route 53 API makes get, and how careful it is.</summary>
public sealed record Route53Model
{
    /// <summary>The name servers of new zones; empty for names that lead nowhere, to try things out.</summary>
    public ModelList<DomainName> NameServers { get; init; } = [];

    /// <summary>Who answers for new zones, as a name (RFC 1035 §8); null for <c>hostmaster</c> in the zone.</summary>
    public DomainName? Contact { get; init; }

    /// <summary>Whether the guard is asked about changes by this API.</summary>
    public bool IsGuarded { get; init; }
}

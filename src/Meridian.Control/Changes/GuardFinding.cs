using System.Collections.Immutable;

namespace Meridian.Control.Changes;

/// <summary>Something that the guard stops a change for.</summary>
/// <param name="Rule">Which limit.</param>
/// <param name="Zone">Whose limit, without the final dot; null for the whole configuration.</param>
/// <param name="Message">What would happen, with figures and names, without a full stop.</param>
/// <param name="Countries">ISO 3166 codes of the countries that it concerns, most affected first; empty when it is no matter of place.</param>
public sealed record GuardFinding(GuardRule Rule, string? Zone, string Message, ImmutableArray<string> Countries);

/// <summary>What the guard looks at.</summary>
public enum GuardRule
{
    /// <summary>Too much of the client space would get other answers.</summary>
    Clients,

    /// <summary>Too many of the queries that were observed would get other answers.</summary>
    Queries,

    /// <summary>A pool would have fewer members than it needs to answer.</summary>
    PoolMinimum,

    /// <summary>Clients of some place would lose the only answer they have.</summary>
    LostGeography,

    /// <summary>Too many of a zone's static records would go or change at once.</summary>
    Records,

    /// <summary>A TTL would rise so far that the change could not be taken back quickly.</summary>
    TtlRise,

    /// <summary>A zone would be seen by other clients than now. It has no limit: each such change takes a reason.</summary>
    Visibility,
}

namespace Meridian.Engine.Model;

/// <summary>What a policy answers when its tree finds nothing available.</summary>
public enum WhenAllDown
{
    /// <summary>Fail open: evaluate as though every member in state auto were up.</summary>
    ServeAll,

    /// <summary>The last answer that was available for this branch.</summary>
    LastGood,

    /// <summary>A named pool, without regard to its health.</summary>
    Pool,

    NoData,

    ServFail,
}

/// <summary>A tree of steering nodes whose leaves are pools or other policies.</summary>
public sealed record PolicyModel
{
    public required string Name { get; init; }

    /// <summary>
    /// Where the record sets are that it was made of, as keys from the top: <c>zones/example.com./records/www/A</c>; null for a
    /// policy that was written as one.
    /// </summary>
    public string? RecordsPath { get; init; }

    /// <summary>It says what record sets mean; nobody wrote it as a policy.</summary>
    public bool IsImplicit => RecordsPath is not null;

    /// <summary>Where it is written, as keys from the top.</summary>
    public string Path => RecordsPath ?? $"policies/{Name}";

    /// <summary>Seconds; null takes the zone's.</summary>
    public uint? TtlSeconds { get; init; }

    /// <summary>Never goes below this when a TTL shrinks with health; seconds.</summary>
    public uint MinTtlSeconds { get; init; } = 5;

    /// <summary>The TTL of each answer is lowered by up to this share, 0 to 0.5, so that caches do not expire in step.</summary>
    public double TtlJitter { get; init; }

    public WhenAllDown WhenAllDown { get; init; }

    /// <summary>The pool of <see cref="WhenAllDown.Pool"/>.</summary>
    public string? FallbackPool { get; init; }

    /// <summary>Data residency: never answers outside the matched place, whatever the health.</summary>
    public bool Strict { get; init; }

    /// <summary>A pool without an address of the asked family is passed over instead of answering NODATA.</summary>
    public bool FamilyFallthrough { get; init; }

    public required SteeringNode Root { get; init; }
}

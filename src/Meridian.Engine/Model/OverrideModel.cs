namespace Meridian.Engine.Model;

/// <summary>
/// An operator's word over health for a while: a drain, a forced state, a maintenance window. It begins and ends by itself,
/// and goes before what the member's own definition says.
/// </summary>
public sealed record OverrideModel
{
    public required string Name { get; init; }

    /// <summary>Whose members; null for any pool.</summary>
    public string? Pool { get; init; }

    /// <summary>Which member, by address or hostname; null for all of the pool or site.</summary>
    public string? Member { get; init; }

    /// <summary>The site whose members; null for any.</summary>
    public string? Site { get; init; }

    /// <summary>Draining, forced up or forced down.</summary>
    public required AdminState State { get; init; }

    /// <summary>When it begins; null is at once.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>When it ends by itself; null is never.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Why; shown wherever the state is.</summary>
    public required string Reason { get; init; }

    /// <summary>Who.</summary>
    public required string Author { get; init; }

    /// <summary>Whether it is about a member.</summary>
    public bool IsAbout(PoolModel pool, MemberModel member) =>
        (Pool is null || Pool == pool.Name)
        && (Member is null || string.Equals(Member.TrimEnd('.'), member.Target.TrimEnd('.'), StringComparison.OrdinalIgnoreCase))
        && (Site is null || Site == (member.Site ?? pool.Site));

    public bool IsActive(DateTimeOffset now) => (From is not { } from || from <= now) && (Until is not { } until || now < until);

    /// <summary>A word about one member goes before one about its pool, and that before one about its site.</summary>
    public int Rank => (Member is null ? 0 : 4) + (Pool is null ? 0 : 2) + (Site is null ? 0 : 1);
}

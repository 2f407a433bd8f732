using System.Collections.Immutable;

namespace Meridian.Control.Changes.Planned;

/// <summary>Changes that are made at a time, with the TTL lowered ahead and restored after.</summary>
public interface IPlannedChanges
{
    /// <summary>Those under way, as they were a moment ago; returns at once.</summary>
    ImmutableArray<PlannedChange> Open { get; }

    /// <summary>Plans one. The change is checked and guarded now, and again when it is made.</summary>
    /// <returns>What it became with its number, or why it cannot be planned.</returns>
    Task<(PlannedChange? Planned, ChangeOutcome Outcome)> PlanAsync(NewPlannedChange wanted, CancellationToken cancellationToken);

    /// <summary>All that are under way, and those that ended last; by their time.</summary>
    Task<ImmutableArray<PlannedChange>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Ends one before its change is made, and restores the TTL.</summary>
    /// <returns>Null when there is none of that name; invalid when it is too late.</returns>
    Task<ChangeOutcome?> CancelAsync(string id, string by, string? reason, CancellationToken cancellationToken);
}

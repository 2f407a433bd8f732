namespace Meridian.Control.Changes.Staging;

/// <summary>Changes that meet the world in steps. One at a time.</summary>
public interface IStagedChanges
{
    /// <summary>What is staged now; null when nothing is.</summary>
    StagedChange? Current { get; }

    /// <summary>Begins to answer from a change. It is checked, owned and guarded as one that is applied at once.</summary>
    Task<ChangeOutcome> StageAsync(ProposedChange change, StagePlan plan, CancellationToken cancellationToken);

    /// <summary>Makes the staged change everybody's, as a revision of its author; null when nothing is staged.</summary>
    Task<ChangeOutcome?> PromoteAsync(string by, CancellationToken cancellationToken);

    /// <summary>Goes back; null when nothing is staged.</summary>
    Task<ChangeOutcome?> AbortAsync(string by, string? reason, CancellationToken cancellationToken);
}

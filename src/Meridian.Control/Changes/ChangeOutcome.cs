using System.Collections.Immutable;
using Meridian.Control.ChangeLog;

namespace Meridian.Control.Changes;

/// <summary>What became of a <see cref="ProposedChange"/>. Everything but <see cref="Accepted"/> changed nothing of the configuration.</summary>
public abstract record ChangeOutcome
{
    private ChangeOutcome()
    {
    }

    /// <summary>It is durable, and will be served; <see cref="IChangeService.WaitForServingAsync"/> tells when it is.</summary>
    /// <param name="Revision">What it became.</param>
    /// <param name="Warnings">What probably does not do what was meant.</param>
    public sealed record Accepted(Revision Revision, ImmutableArray<ChangeError> Warnings) : ChangeOutcome;

    /// <summary>Everything is as proposed already: there is no new revision.</summary>
    /// <param name="Head">The newest revision; null when there is none.</param>
    public sealed record Unchanged(Revision? Head) : ChangeOutcome;

    /// <summary>A dry run: it would be accepted, as far as can be told now.</summary>
    /// <param name="Plan">What it would do.</param>
    public sealed record Planned(ChangePlan Plan) : ChangeOutcome;

    /// <summary>A document is not what the author read.</summary>
    /// <param name="Key">The first such document.</param>
    /// <param name="Expected">The version that was expected; 0: none; null: any.</param>
    /// <param name="Actual">The version that there is; 0: none.</param>
    public sealed record Conflict(DocumentKey Key, long? Expected, long Actual) : ChangeOutcome;

    /// <summary>The plan that was to be applied is no longer what would happen.</summary>
    /// <param name="Plan">What would happen now.</param>
    public sealed record PlanMoved(ChangePlan Plan) : ChangeOutcome;

    /// <summary>The configuration would have errors.</summary>
    /// <param name="Errors">All of them.</param>
    public sealed record Invalid(ImmutableArray<ChangeError> Errors) : ChangeOutcome;

    /// <summary>The guard refuses it; a reason overrules the guard.</summary>
    /// <param name="Plan">What it would do, with the guard's findings.</param>
    public sealed record Refused(ChangePlan Plan) : ChangeOutcome;

    /// <summary>Something in it belongs to somebody else.</summary>
    /// <param name="Key">The first such document.</param>
    /// <param name="Owner">Who owns it, as it is written in the zone's <c>owners</c>.</param>
    public sealed record NotOwner(DocumentKey Key, string Owner) : ChangeOutcome;

    /// <summary>It is kept until somebody approves it.</summary>
    /// <param name="Pending">What waits, and for whom.</param>
    /// <param name="Revision">What keeps it.</param>
    public sealed record PendingApproval(PendingChange Pending, Revision Revision) : ChangeOutcome;

    /// <summary>This server takes its configuration from files: they are where it is changed.</summary>
    /// <param name="Source">The file or directory.</param>
    public sealed record ReadOnly(string Source) : ChangeOutcome;

    /// <summary>The log did not take it; the same change may be taken later.</summary>
    /// <param name="Kind">Why, for a program.</param>
    /// <param name="Words">Why, for a person.</param>
    public sealed record Unavailable(RefusalKind Kind, string Words) : ChangeOutcome;
}

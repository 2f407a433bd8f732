using System.Collections.Immutable;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes.Planning;

namespace Meridian.Control.Changes.Applying;

/// <summary>What checking a change came to.</summary>
internal abstract record CheckedChange
{
    private CheckedChange()
    {
    }

    /// <summary>Nothing is to be written.</summary>
    /// <param name="Outcome">What becomes of it.</param>
    public sealed record Settled(ChangeOutcome Outcome) : CheckedChange;

    /// <summary>It may be written.</summary>
    /// <param name="Candidate">The configuration with it; its documents are brought up to date when it departs.</param>
    /// <param name="Changes">What is written.</param>
    /// <param name="Proposal">Who, why, and on what conditions.</param>
    /// <param name="Warnings">What probably does not do what was meant.</param>
    public sealed record Ready(
        Candidate Candidate, ImmutableArray<DocumentChange> Changes, ProposedChange Proposal, ImmutableArray<ChangeError> Warnings) : CheckedChange
    {
        /// <summary>What is only kept by it until somebody approves; null when it is applied.</summary>
        public PendingChange? Pending { get; init; }

        /// <summary>What was asked for, by which a repetition is told; null when it comes without an idempotency key.</summary>
        public ContentHash? Request { get; init; }

        /// <summary>As the log takes it.</summary>
        public ChangeSet ToSet(AppendPlace after, AppendTicket ticket) => new()
        {
            Changes = Changes,
            Preconditions = Proposal.Preconditions,
            Author = Proposal.Author,
            Origin = Proposal.Origin,
            Message = Proposal.Message,
            Reason = Proposal.Reason,
            IdempotencyKey = Proposal.IdempotencyKey,
            Request = Request,
            After = after,
            Ticket = ticket,
        };

        /// <summary>What it is for its author that the log ended so with it.</summary>
        public ChangeOutcome OutcomeOf(AppendResult result) => result switch
        {
            AppendResult.Accepted { IsRepetition: true } again => new ChangeOutcome.Accepted(again.Revision, []),
            AppendResult.Accepted kept when Pending is { } pending => new ChangeOutcome.PendingApproval(pending, kept.Revision),
            AppendResult.Accepted accepted => new ChangeOutcome.Accepted(accepted.Revision, Warnings),
            AppendResult.Conflict conflict => new ChangeOutcome.Conflict(conflict.Key, conflict.Expected, conflict.Actual),
            AppendResult.Refused refused => new ChangeOutcome.Unavailable(refused.Kind, refused.Words),
            _ => throw new InvalidOperationException($"an append ended in an unknown way: {result}"),
        };
    }
}

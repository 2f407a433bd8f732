using System.Collections.Immutable;
using System.Globalization;
using Meridian.Control.Access;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes.Documents;
using Meridian.Control.Changes.Planning;
using Meridian.Control.Changes.Staging;
using Meridian.Control.Configuration;
using Meridian.Engine.Health;
using Meridian.Engine.Model;

namespace Meridian.Control.Changes.Applying;

/// <summary>Everything that is asked of a change before it is written, in the order in which it is answered. Writes nothing itself.</summary>
internal sealed class ChangeChecks(
    CandidateBuilder builder, ChangePlanner planner, SerialAnchor serials, ConfigurationLimits limits, TimeProvider time)
{
    /// <summary>Checks a change at its place.</summary>
    public CheckedChange Check(LinePlace place, ProposedChange change, Approval approval)
    {
        // All of a request that may come again is kept: what it asks for is the same then, whatever happened meanwhile.
        bool mayBeRepeated = change.IdempotencyKey is not null && !change.DryRun;
        ImmutableArray<DocumentChange> changes = ChangeNormaliser.Normalise(
            change.Changes, place.Candidate.Documents, limits, mayBeRepeated, out ImmutableArray<ChangeError> errors);
        if (!errors.IsEmpty)
        {
            return Settled(new ChangeOutcome.Invalid(errors));
        }
        CheckedChange result = Check(place, change, changes, approval);
        return mayBeRepeated && result is CheckedChange.Ready ready
            ? ready with { Request = change.Asked is null ? LogHash.OfRequest(changes) : RepeatedRequests.HashOf(change, limits) }
            : result;
    }

    /// <summary>The configuration with changes on top of it.</summary>
    public CandidateResult Build(LinePlace place, ImmutableArray<DocumentChange> changes)
    {
        long number = place.Number + 1;
        DocumentSet documents = place.Candidate.Documents.With(changes, number);
        return builder.Build(documents, [.. changes.Select(change => change.Key)], serials.RevisionOf(documents, number), place.Candidate);
    }

    /// <summary>The document in which a change waits.</summary>
    public static DocumentKey KeyOf(string id) => new(PendingDocument.Kind, id);

    private CheckedChange Check(LinePlace place, ProposedChange change, ImmutableArray<DocumentChange> changes, Approval approval)
    {
        Candidate current = place.Candidate;
        if (FindConflict(current.Documents, change.Preconditions, changes) is { } conflict)
        {
            return Settled(conflict);
        }
        if (approval.Kept is { } waiting && !current.Documents.TryFind(waiting, out _))
        {
            // Somebody else was quicker with it.
            return Settled(new ChangeOutcome.Conflict(waiting, null, 0));
        }
        if (FindForeign(current.Model, changes, change.Origin) is { } foreign)
        {
            return Settled(foreign);
        }
        if (changes.IsEmpty && approval.Kept is { } done && !change.DryRun)
        {
            // Somebody else made the same change meanwhile: what is left of this one is that it does not wait any more.
            return new CheckedChange.Ready(current, [DocumentChange.Delete(done)], change, []);
        }
        if (changes.IsEmpty)
        {
            return Settled(change.DryRun ? new ChangeOutcome.Planned(EmptyPlan(place)) : new ChangeOutcome.Unchanged(null));
        }
        // Before it is built: errors of what it would lead to tell of it too.
        if (AliasReach.Find(current.Model, changes, change.Reads) is { IsEmpty: false } hidden)
        {
            return Settled(new ChangeOutcome.Invalid(hidden));
        }
        CandidateResult built = Build(place, changes);
        if (built.Candidate is not { } candidate)
        {
            return Settled(new ChangeOutcome.Invalid(built.Errors));
        }
        if (Judge(place, candidate, changes, change, approval, built.Warnings) is { } verdict)
        {
            return verdict.Why is null ? Settled(verdict.Outcome) : KeepPending(place, changes, change, verdict);
        }
        if (approval.Stage is { } stage)
        {
            return KeepStaged(current, candidate, changes, change, stage);
        }
        // The approved change and the end of its waiting are one revision.
        ImmutableArray<DocumentChange> all = approval.Kept is { } kept ? changes.Add(DocumentChange.Delete(kept)) : changes;
        return new CheckedChange.Ready(candidate, all, change, built.Warnings);
    }

    private static CheckedChange.Settled Settled(ChangeOutcome outcome) => new(outcome);

    /// <summary>What speaks against a change that is valid; null lets it through.</summary>
    private Verdict? Judge(
        LinePlace place, Candidate candidate, ImmutableArray<DocumentChange> changes, ProposedChange change, Approval approval, ImmutableArray<ChangeError> warnings)
    {
        Candidate current = place.Candidate;
        if (change.DryRun)
        {
            return new Verdict(new ChangeOutcome.Planned(planner.Plan(current, candidate, changes, place.Number, warnings)));
        }
        if (change.PlanHash is { } hash && hash != ChangePlanner.HashOf(current.Documents, changes))
        {
            return new Verdict(new ChangeOutcome.PlanMoved(planner.Plan(current, candidate, changes, place.Number, warnings)));
        }
        if (ReferenceEquals(current.Snapshot, candidate.Snapshot))
        {
            return null;
        }
        ImmutableArray<GuardFinding> findings = change.Reason is null && change.IsGuarded ? planner.Guard(current, candidate).Findings : [];
        if (approval.Stage is not null)
        {
            // How many it meets at once is what the steps are for.
            findings = findings.RemoveAll(finding => finding.Rule is GuardRule.Clients or GuardRule.Queries);
        }
        if (!findings.IsEmpty)
        {
            ChangePlan plan = planner.Plan(current, candidate, changes, place.Number, warnings);
            return new Verdict(new ChangeOutcome.Refused(plan))
            {
                // Nobody stands behind a reload who could be asked for a reason.
                Why = change.Origin == ChangeOrigin.File ? PendingReason.Guard : null,
                Findings = findings,
            };
        }
        ImmutableArray<string> zones = approval.Kept is null ? ChangePlanner.ZonesToApprove(current.Model, candidate.Model, changes) : [];
        return zones.IsEmpty ? null : new Verdict(new ChangeOutcome.Refused(EmptyPlan(place))) { Why = PendingReason.SecondPerson, Zones = zones };
    }

    private CheckedChange.Ready KeepPending(LinePlace place, ImmutableArray<DocumentChange> changes, ProposedChange change, Verdict verdict)
    {
        PendingDocument pending = new()
        {
            Why = verdict.Why ?? PendingReason.Guard,
            At = time.GetUtcNow(),
            Author = change.Author,
            Origin = change.Origin,
            Message = change.Message,
            Reason = change.Reason,
            Guard = verdict.Findings,
            Zones = verdict.Zones,
            Changes = PendingDocument.Store(changes),
            Preconditions = StoredPrecondition.Of(change.Preconditions),
        };
        // The next revision's number is never used twice.
        string id = string.Create(CultureInfo.InvariantCulture, $"p{place.Number + 1}");
        ProposedChange keeping = change with { Message = $"waits for approval: {change.Message}", Preconditions = [] };
        return new CheckedChange.Ready(place.Candidate, [DocumentChange.Put(KeyOf(id), pending.ToBody())], keeping, [])
        {
            Pending = pending.ToPending(id),
        };
    }

    private static CheckedChange KeepStaged(
        Candidate current, Candidate candidate, ImmutableArray<DocumentChange> changes, ProposedChange change, StageStart stage)
    {
        if (current.Documents.TryFind(StageDocument.Key, out Document other))
        {
            return Settled(new ChangeOutcome.Conflict(StageDocument.Key, 0, other.Version));
        }
        StageDocument staged = new()
        {
            StartedAt = stage.At,
            Author = change.Author,
            Origin = change.Origin,
            Message = change.Message,
            Reason = change.Reason,
            Plan = stage.Plan,
            Changes = PendingDocument.Store(changes),
            Preconditions = StoredPrecondition.Of(change.Preconditions),
            DownBefore =
            [
                .. stage.Plan.GuardedMembers(candidate.Snapshot)
                    .Where(member => stage.Verdicts.GetVerdict(member).State == HealthState.Down)
                    .Select(member => new StoredMember(member.Pool, member.Target)),
            ],
            Volumes = StoredVolume.Of(stage.Volumes.Read()),
        };
        ProposedChange keeping = change with { Message = $"stage: {change.Message}", Preconditions = [] };
        return new CheckedChange.Ready(current, [DocumentChange.Put(StageDocument.Key, staged.ToBody())], keeping, []);
    }

    private static ChangePlan EmptyPlan(LinePlace place) => new()
    {
        Hash = ChangePlanner.HashOf(place.Candidate.Documents, []),
        BaseRevision = place.Number,
        Documents = [],
        ChangeCount = 0,
    };

    /// <summary>The first document that is not what the author relied on.</summary>
    public static ChangeOutcome.Conflict? FindConflict(DocumentSet documents, ImmutableArray<Precondition> preconditions, ImmutableArray<DocumentChange> changes)
    {
        foreach (Precondition precondition in preconditions)
        {
            long actual = documents.TryFind(precondition.Key, out Document document) ? document.Version : 0;
            if (actual != precondition.Version)
            {
                return new ChangeOutcome.Conflict(precondition.Key, precondition.Version, actual);
            }
        }
        foreach (DocumentChange change in changes.Where(change => change.IsDelete && !documents.TryFind(change.Key, out _)))
        {
            return new ChangeOutcome.Conflict(change.Key, null, 0);
        }
        return null;
    }

    private static ChangeOutcome.NotOwner? FindForeign(MeridianModel model, ImmutableArray<DocumentChange> changes, ChangeOrigin origin)
    {
        foreach (DocumentChange change in changes)
        {
            ChangeOwner owner = OwnershipRules.OwnerOf(model, change.Key);
            if (!OwnershipRules.MayWrite(owner, origin))
            {
                return new ChangeOutcome.NotOwner(change.Key, OwnershipRules.WordOf(owner));
            }
        }
        return null;
    }

    /// <summary>What becomes of a change that does not go through.</summary>
    private sealed record Verdict(ChangeOutcome Outcome)
    {
        /// <summary>What it waits for from here on; null when it is not kept.</summary>
        public PendingReason? Why { get; init; }

        public ImmutableArray<GuardFinding> Findings { get; init; } = [];

        public ImmutableArray<string> Zones { get; init; } = [];
    }
}

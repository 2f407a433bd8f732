using System.Collections.Immutable;
using Meridian.Engine.Assigning;
using Meridian.Engine.Outside;
using Meridian.Engine.Snapshot;
using Meridian.Engine.Steering;

namespace Meridian.Control.History;

/// <summary>One entry of the log.</summary>
/// <param name="Stamp">When it took effect, in milliseconds since 1970.</param>
internal abstract record HistoryRecord(long Stamp);

/// <summary>Everything that answers. The first record of a segment says all of it, so that nothing before it has to be read.</summary>
internal sealed record CheckpointRecord(long Stamp) : HistoryRecord(Stamp)
{
    public required SnapshotEntry Entry { get; init; }

    /// <summary>The members have the status that they had before this record, and are not written again.</summary>
    public required bool KeepsMembers { get; init; }

    /// <summary>The zones are those of before this record: runs of age 1 keep their serial, those of age 0 have the revision's.</summary>
    public required bool KeepsZones { get; init; }

    /// <summary>What the process sends at most over UDP: fixed at its start.</summary>
    public required int UdpPayloadSize { get; init; }

    /// <summary>The candidate beside it; null when there is none.</summary>
    public required StageEntry? Stage { get; init; }
}

/// <summary>One snapshot, by where it can be found again, and what else it decided by.</summary>
internal sealed record SnapshotEntry
{
    public required RevisionInfo Revision { get; init; }

    /// <summary>The configuration is in the store, under the revision's number, and not in the archive.</summary>
    public required bool IsInStore { get; init; }

    /// <summary>In the archive: the configuration, or the files that a configuration of the store names; empty for none.</summary>
    public required string Archived { get; init; }

    /// <summary>The location database in the archive; empty when there was none to keep.</summary>
    public required string PlacesDigest { get; init; }

    /// <summary>The database's name for people.</summary>
    public required string PlacesName { get; init; }

    /// <summary>The SOA serials of the zones, in the order of the model's: how far each is behind the revision's.</summary>
    public required ImmutableArray<SerialRun> Serials { get; init; }

    public required DataPlaneImage Image { get; init; }
}

/// <summary>Zones next to each other whose serials are equally old: most are as old as their neighbours.</summary>
/// <param name="Length">How many.</param>
/// <param name="Age">The revision's serial less theirs.</param>
internal readonly record struct SerialRun(int Length, uint Age);

/// <summary>A candidate that answers some client networks.</summary>
/// <param name="Candidate">What it is.</param>
/// <param name="IsChange">It has the staged change on top; false for a drill, which plays the current configuration.</param>
/// <param name="Share">The part of the queries that was meant, 0 to 1.</param>
/// <param name="Taken">The buckets of networks that it answers, 64 in a word.</param>
internal sealed record StageEntry(SnapshotEntry Candidate, bool IsChange, double Share, ImmutableArray<ulong> Taken);

/// <summary>Members have another status.</summary>
internal sealed record StatusesRecord(long Stamp, ImmutableArray<SlotStatus> Statuses) : HistoryRecord(Stamp);

/// <summary>The load readings that changed; one that is NaN is gone.</summary>
internal sealed record LoadsRecord(long Stamp, ImmutableArray<LoadReading> Readings) : HistoryRecord(Stamp);

/// <summary>The wait for first verdicts began or ended.</summary>
internal sealed record WarmUpRecord(long Stamp, bool IsWarmingUp) : HistoryRecord(Stamp);

/// <summary>Names outside have other addresses, or the same for longer.</summary>
internal sealed record ResolutionsRecord(long Stamp, ImmutableArray<ResolvedAnswer> Answers) : HistoryRecord(Stamp);

/// <summary>Resolvers are assigned otherwise.</summary>
/// <param name="Stamp">When.</param>
/// <param name="IsWhole">These are all assignments; otherwise the rows that changed of the nodes that there were, in their order.</param>
/// <param name="Nodes">The assignments; a row whose home is <see cref="AssignmentEncoding.Gone"/> is gone.</param>
internal sealed record AssignmentsRecord(long Stamp, bool IsWhole, ImmutableArray<NodeAssignment> Nodes) : HistoryRecord(Stamp);

/// <summary>Why a member has its status, in words.</summary>
internal sealed record EvidenceRecord(long Stamp, int Slot, string Text) : HistoryRecord(Stamp);

/// <summary>A candidate answers some client networks; null: none does any more.</summary>
internal sealed record StageRecord(long Stamp, StageEntry? Stage) : HistoryRecord(Stamp);

/// <summary>Members of the candidate have another status.</summary>
internal sealed record CandidateStatusesRecord(long Stamp, ImmutableArray<SlotStatus> Statuses) : HistoryRecord(Stamp);

/// <summary>All load readings that the candidate knows.</summary>
internal sealed record CandidateLoadsRecord(long Stamp, ImmutableArray<LoadReading> Readings) : HistoryRecord(Stamp);

/// <summary>
/// When the change of the record before took effect, where its stamp does not say it all: it began at another millisecond, or was not
/// over with its own.
/// </summary>
internal sealed record SwapRecord(SwapTimes Swap) : HistoryRecord(Swap.Stamp);

/// <summary>The server was stopped in good order: nothing answered from here on.</summary>
internal sealed record ClosedRecord(long Stamp) : HistoryRecord(Stamp);

using System.Collections.Immutable;
using Meridian.Engine.Assigning;
using Meridian.Engine.Outside;
using Meridian.Engine.Steering;

namespace Meridian.Engine.Snapshot;

/// <summary>Something that changed what is answered. All of them in order, from an image on, give back any state of the past.</summary>
/// <param name="Stamp">When, in milliseconds since 1970; each change has a greater one than the change before.</param>
public abstract record DataPlaneChange(long Stamp)
{
    /// <summary>When it took effect, as nearly as a clock tells.</summary>
    public SwapTimes Swap { get; init; } = SwapTimes.Within(Stamp);
}

/// <summary>Another snapshot answers.</summary>
/// <param name="Snapshot">Which.</param>
/// <param name="Image">What else it decides by.</param>
/// <param name="Staged">The candidate beside it; null when there is none.</param>
public sealed record SnapshotPublished(DataPlaneSnapshot Snapshot, DataPlaneImage Image, StagedImage? Staged)
    : DataPlaneChange(Math.Max(Image.Stamp, Staged?.Image.Stamp ?? 0));

/// <summary>Members have another status.</summary>
public sealed record StatusesChanged(long Stamp, ImmutableArray<SlotStatus> Statuses) : DataPlaneChange(Stamp);

/// <summary>The load feed says something else; these are all readings that there are.</summary>
public sealed record LoadsChanged(long Stamp, ImmutableArray<LoadReading> Readings) : DataPlaneChange(Stamp);

/// <summary>Resolvers are assigned otherwise; these are all assignments that there are.</summary>
public sealed record AssignmentsChanged(long Stamp, ImmutableArray<NodeAssignment> Assignments) : DataPlaneChange(Stamp);

/// <summary>The wait for first verdicts began or ended.</summary>
public sealed record WarmUpChanged(long Stamp, bool IsWarmingUp) : DataPlaneChange(Stamp);

/// <summary>Names outside have other addresses, or the same for longer.</summary>
public sealed record ResolutionsChanged(long Stamp, ImmutableArray<ResolvedAnswer> Answers) : DataPlaneChange(Stamp);

/// <summary>A candidate answers some client networks, or others than before; null ends it.</summary>
public sealed record StageChanged(long Stamp, StagedImage? Staged) : DataPlaneChange(Stamp);

/// <summary>The same happened to the candidate: its members, its loads.</summary>
public sealed record CandidateChanged(DataPlaneChange Change) : DataPlaneChange(Change.Stamp);

/// <summary>The status of the member in a slot of the snapshot.</summary>
public readonly record struct SlotStatus(int Slot, MemberStatus Status);

/// <summary>Hears of every change of what is answered.</summary>
public interface IChangeJournal
{
    /// <summary>
    /// Called under the data plane's lock, right after the change took effect and in the order of the changes: it must return
    /// at once and must not call back.
    /// </summary>
    void Record(DataPlaneChange change);
}

using System.Collections.Immutable;
using Meridian.Engine.Answering;
using Meridian.Engine.Assigning;
using Meridian.Engine.Outside;
using Meridian.Engine.Steering;

namespace Meridian.Engine.Snapshot;

/// <summary>
/// Everything besides the snapshot that a decision depends on, at one moment: with the snapshot it gives back the very state
/// that answered.
/// </summary>
public sealed record DataPlaneImage
{
    /// <summary>When this state was swapped in, in milliseconds since 1970.</summary>
    public required long Stamp { get; init; }

    /// <summary>The status of each member, in the order of the snapshot's members.</summary>
    public required ImmutableArray<MemberStatus> Members { get; init; }

    /// <summary>What unavailable pools were last good with.</summary>
    public required ImmutableArray<LastGoodImage> LastGood { get; init; }

    /// <summary>The number of the latest change of health.</summary>
    public required long Sequence { get; init; }

    public required ImmutableArray<LoadReading> Loads { get; init; }

    public required ImmutableArray<GuardMemory> Guards { get; init; }

    public required bool IsWarmingUp { get; init; }

    /// <summary>What is known of the names outside.</summary>
    public ImmutableArray<ResolvedAnswer> Resolutions { get; init; } = [];

    /// <summary>Who is assigned where; one for each node that assigns.</summary>
    public ImmutableArray<NodeAssignment> Assignments { get; init; } = [];

    internal static DataPlaneImage Of(DataPlaneState state, ImmutableArray<LoadReading> loads) => new()
    {
        Stamp = state.Stamp,
        Members = [.. state.Health.Members],
        LastGood = LastGoodImage.Of(state),
        Sequence = state.Health.Sequence,
        Loads = loads,
        Guards = state.Inputs.CaptureGuards(),
        IsWarmingUp = state.IsWarmingUp,
        Resolutions = [.. state.Resolutions.All()],
        Assignments = [.. state.Assignments.Select(table => table.Assignment)],
    };
}

/// <summary>A candidate that answers some client networks, at one moment.</summary>
/// <param name="Snapshot">The candidate.</param>
/// <param name="Image">What else it decides by.</param>
/// <param name="Stage">Whose queries it answers.</param>
public sealed record StagedImage(DataPlaneSnapshot Snapshot, DataPlaneImage Image, ClientStage Stage)
{
    /// <summary>Null while the candidate has no snapshot, and therefore answers nobody.</summary>
    internal static StagedImage? Of(StagedPlane staged) =>
        staged.Candidate.Capture() is { } captured ? new StagedImage(captured.Snapshot, captured.Image, staged.Stage) : null;
}

/// <summary>What one unavailable pool was last good with.</summary>
/// <param name="Pool">Which, in the order of the snapshot's pools.</param>
/// <param name="Members">Positions within the pool.</param>
/// <param name="Reductions">How much of its weight each had lost, in percent; empty when none had.</param>
/// <param name="Sequence">When it stopped being available, in the order of such events.</param>
public sealed record LastGoodImage(int Pool, ImmutableArray<int> Members, ImmutableArray<byte> Reductions, long Sequence)
{
    internal static ImmutableArray<LastGoodImage> Of(DataPlaneState state)
    {
        ImmutableArray<LastGoodImage>.Builder images = ImmutableArray.CreateBuilder<LastGoodImage>();
        for (int i = 0; i < state.Health.Pools.Length; i++)
        {
            PoolState pool = state.Health.Pools[i];
            if (!pool.LastGood.IsEmpty)
            {
                int first = state.Snapshot.Steering.Pools[i].FirstMember;
                images.Add(new LastGoodImage(
                    i, [.. pool.LastGood.Members.Select(slot => slot - first)], [.. pool.LastGood.Reductions], pool.LastGoodSequence));
            }
        }
        return images.ToImmutable();
    }

    internal AnswerSet ToAnswers(CompiledPool pool, in MemberResolutions resolutions)
    {
        byte[]? reductions = null;
        if (!Reductions.IsEmpty)
        {
            reductions = new byte[pool.MemberCount];
            for (int i = 0; i < Members.Length; i++)
            {
                reductions[Members[i]] = Reductions[i];
            }
        }
        return AnswerSet.Build(pool, [.. Members], in resolutions, reductions);
    }
}

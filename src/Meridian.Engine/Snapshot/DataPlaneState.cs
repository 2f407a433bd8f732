using Meridian.Engine.Answering;
using Meridian.Engine.Assigning;
using Meridian.Engine.Outside;
using Meridian.Engine.Steering;

namespace Meridian.Engine.Snapshot;

/// <summary>
/// What one volatile read gives a query: a snapshot and the health table made for it. One object, so that the two
/// always belong together.
/// </summary>
/// <param name="Snapshot">Everything compiled.</param>
/// <param name="Health">The verdicts, in the snapshot's order of members.</param>
/// <param name="Inputs">What else nodes look at: load, guards, and what follows from them.</param>
/// <param name="IsWarmingUp">
/// First verdicts are still awaited: a steered name that depends on one is answered SERVFAIL, so that a resolver asks
/// another server instead of caching a guess.
/// </param>
/// <param name="Stamp">When it was swapped in, in milliseconds since 1970; each state has a greater one than the state before.</param>
internal sealed record DataPlaneState(DataPlaneSnapshot Snapshot, HealthTable Health, InputTable Inputs, bool IsWarmingUp, long Stamp)
{
    /// <summary>What is known of the names outside, in the snapshot's order.</summary>
    public ResolutionTable Resolutions { get; init; } = ResolutionTable.Empty;

    /// <summary>Who is assigned where, for each node that assigns, in the order of the program's table.</summary>
    public AssignmentTable[] Assignments { get; init; } = [];

    /// <summary>The same for the members of pools.</summary>
    public MemberResolutions MemberResolutions => new(Snapshot.Outside, Resolutions);

    /// <summary>A candidate that answers some client networks instead; null when there is none, which is nearly always.</summary>
    public StagedPlane? Staged { get; init; }
}

/// <summary>A candidate beside the current snapshot.</summary>
/// <param name="Candidate">Holds the candidate's own snapshot and tables.</param>
/// <param name="Stage">Whose queries it answers.</param>
internal sealed record StagedPlane(DataPlane Candidate, ClientStage Stage);

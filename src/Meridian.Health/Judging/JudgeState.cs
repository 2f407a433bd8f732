using Meridian.Engine.Health;

namespace Meridian.Health.Judging;

/// <summary>All that the judge remembers of a member.</summary>
/// <param name="State">The verdict.</param>
/// <param name="Against">Results in a row, up to the last one, that disagree with the verdict; 0 when the last one agreed.</param>
public readonly record struct JudgeState(HealthState State, int Against);

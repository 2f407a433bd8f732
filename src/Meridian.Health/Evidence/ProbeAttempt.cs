using Meridian.Health.Probes;

namespace Meridian.Health.Evidence;

/// <summary>One probe that was made, as it is remembered.</summary>
/// <param name="At">When it started.</param>
/// <param name="Result">How it ended, why, and how long its phases took.</param>
public readonly record struct ProbeAttempt(DateTimeOffset At, ProbeResult Result);

using Meridian.Health.Probes;

namespace Meridian.Health.Evidence;

/// <summary>One probe that was made, as it is remembered.</summary>
/// <param name="At">When it started.</param>
/// <param name="Result">How it ended, why, and how long its phases took.</param>
/// <param name="IsConfirmation">Whether it was one of a burst after a failure.</param>
public readonly record struct ProbeAttempt(DateTimeOffset At, ProbeResult Result, bool IsConfirmation = false);

using Meridian.Engine.Health;

namespace Meridian.Health.Evidence;

/// <summary>One change of a verdict.</summary>
/// <param name="State">What it became.</param>
/// <param name="At">When.</param>
/// <param name="Cause">Why, in words.</param>
public readonly record struct StateChange(HealthState State, DateTimeOffset At, string Cause);

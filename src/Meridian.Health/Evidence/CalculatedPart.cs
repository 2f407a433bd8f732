using Meridian.Engine.Health;

namespace Meridian.Health.Evidence;

/// <summary>What one monitor contributes to a calculated one.</summary>
/// <param name="Monitor">Its name.</param>
/// <param name="State">Its verdict on the member.</param>
/// <param name="Weight">What it counts for.</param>
/// <param name="IsInverted">Whether it holds when it is down.</param>
/// <param name="Cause">What brought its verdict; may be empty.</param>
public sealed record CalculatedPart(string Monitor, HealthState State, int Weight, bool IsInverted, string Cause);

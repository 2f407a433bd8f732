using Meridian.Engine.Health;

namespace Meridian.Health.Evidence;

/// <summary>A member in metrics.</summary>
/// <param name="Member">Which.</param>
/// <param name="State">What health says of it, before the operator's word.</param>
/// <param name="Uptime">Null without a verdict.</param>
internal readonly record struct MemberStanding(MemberKey Member, HealthState State, UptimeReport? Uptime);

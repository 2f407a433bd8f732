using Meridian.Engine.Health;
using Meridian.Engine.Model;

namespace Meridian.Engine.Snapshot;

/// <summary>What is supposed of a member, to see what would be answered then.</summary>
/// <param name="Member">Which one.</param>
/// <param name="Health">What the checks would say; null as they do.</param>
/// <param name="Admin">What the operator would say; null as now.</param>
public readonly record struct Supposition(MemberKey Member, HealthState? Health, AdminState? Admin);

using Meridian.Engine.Health;

namespace Meridian.Engine.Snapshot;

/// <summary>A new verdict on one member.</summary>
public readonly record struct VerdictChange(MemberKey Member, MemberVerdict Verdict);

using Meridian.Engine.Health;
using Meridian.Engine.Model;

namespace Meridian.Engine.Snapshot;

/// <summary>One member of one pool, in its place in the health table.</summary>
/// <param name="Key">Stable identity.</param>
/// <param name="Pool">The pool it belongs to.</param>
/// <param name="Member">Its definition.</param>
/// <param name="Monitor">What checks it; null when nothing does.</param>
public sealed record MemberSlot(MemberKey Key, PoolModel Pool, MemberModel Member, MonitorModel? Monitor);

using System.Collections.Immutable;
using Meridian.Engine.Health;
using Meridian.Engine.Model;

namespace Meridian.Engine.Snapshot;

/// <summary>One member of one pool, in its place in the health table.</summary>
/// <param name="Key">Stable identity.</param>
/// <param name="Pool">The pool it belongs to.</param>
/// <param name="Member">Its definition.</param>
/// <param name="Monitor">What checks it; null when nothing does.</param>
public sealed record MemberSlot(MemberKey Key, PoolModel Pool, MemberModel Member, MonitorModel? Monitor)
{
    /// <summary>The operator's words over its health, those that go first in front.</summary>
    public ImmutableArray<OverrideModel> Overrides { get; init; } = [];

    /// <summary>What the operator says of it now, and the override that says so; null when its own definition does.</summary>
    public (AdminState State, OverrideModel? By) AdminAt(DateTimeOffset now)
    {
        foreach (OverrideModel word in Overrides)
        {
            if (word.IsActive(now))
            {
                return (word.State, word);
            }
        }
        bool isExpired = Member.Until is { } until && until <= now;
        return (isExpired ? AdminState.Auto : Member.State, null);
    }
}

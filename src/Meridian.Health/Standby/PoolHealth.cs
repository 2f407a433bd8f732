using System.Collections.Immutable;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Meridian.Health.Publishing;

namespace Meridian.Health.Standby;

/// <summary>A pool with the checks that speak for its members. Guarded by the engine's lock.</summary>
/// <param name="Pool">Its definition.</param>
/// <param name="Members">All of its members; a check is null for one that nothing checks.</param>
internal sealed record PoolHealth(PoolModel Pool, ImmutableArray<(MemberSlot Slot, Check? Check)> Members)
{
    /// <summary>Whether it would be available: by the checks, and by what an operator says of members.</summary>
    /// <param name="isClosed">Whether clients are kept from it: then only what is forced up counts.</param>
    /// <param name="now">For forced states that begin and end.</param>
    internal bool IsAvailable(bool isClosed, DateTimeOffset now)
    {
        int available = 0;
        foreach ((MemberSlot slot, Check? check) in Members)
        {
            AdminState admin = slot.AdminAt(now).State;
            bool isUp = !isClosed && admin == AdminState.Auto && StateOf(check) != HealthState.Down;
            available += admin == AdminState.ForcedUp || isUp ? 1 : 0;
        }

        return available >= Pool.MinHealthy;
    }

    /// <summary>What the checks alone say of it: an operator's own words are no failure. Unknown while members without a verdict could tip it.</summary>
    internal HealthState Judge()
    {
        int up = 0;
        int open = 0;
        foreach ((_, Check? check) in Members)
        {
            HealthState state = StateOf(check);
            up += state == HealthState.Up ? 1 : 0;
            open += state == HealthState.Unknown ? 1 : 0;
        }

        return up >= Pool.MinHealthy ? HealthState.Up : up + open < Pool.MinHealthy ? HealthState.Down : HealthState.Unknown;
    }

    // As it was published: what the circuit breaker withholds serves.
    private static HealthState StateOf(Check? check) => check?.Verdict.State ?? HealthState.Up;
}

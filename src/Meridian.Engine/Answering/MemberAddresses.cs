using Meridian.Dns.Records;
using Meridian.Engine.Outside;
using Meridian.Engine.Snapshot;
using Meridian.Engine.Steering;

namespace Meridian.Engine.Answering;

/// <summary>The addresses of members: their own, or those that their hostnames have at this moment.</summary>
internal static class MemberAddresses
{
    private const ulong Salt = 0x8BB84B93962EACC9;

    /// <summary>Whether a member has an address of a family.</summary>
    public static bool Has(in Choice choice, int slot, RecordType type)
    {
        ClientAddress own = choice.State.Snapshot.Steering.Addresses[slot];
        return own != default ? own.IsIPv4 == (type == RecordType.A) : Resolved(choice.State, slot, type) is not null;
    }

    /// <summary>One address of a member that has one; of a hostname's, each as often as another.</summary>
    public static ClientAddress Of(in Choice choice, int slot, RecordType type)
    {
        ClientAddress own = choice.State.Snapshot.Steering.Addresses[slot];
        if (own != default || Resolved(choice.State, slot, type) is not { } resolved)
        {
            return own;
        }
        ClientAddress[] addresses = resolved.ClientAddresses;
        return addresses[(int)DrawHash.Below(DrawHash.Mix(choice.Draw ^ Salt, (ulong)slot), (uint)addresses.Length)];
    }

    /// <summary>The TTL of an answer with these members: no more than what is left of that of any hostname's addresses.</summary>
    /// <param name="choice">Where the addresses are.</param>
    /// <param name="members">The members, by their slots.</param>
    /// <param name="type">A or AAAA.</param>
    /// <param name="ttl">What the policy says.</param>
    /// <param name="unixSeconds">Now.</param>
    /// <param name="result">Is told when addresses are stale.</param>
    public static uint LowerTtl(
        in Choice choice, ReadOnlySpan<int> members, RecordType type, uint ttl, long unixSeconds, ref SteeredResult result)
    {
        foreach (int slot in members)
        {
            if (Resolved(choice.State, slot, type) is { } resolved)
            {
                ttl = resolved.TtlAt(ttl, unixSeconds);
                result = resolved.IsStale && result.ExtendedError == ExtendedErrorCode.None
                    ? result with { ExtendedError = ExtendedErrorCode.StaleAnswer }
                    : result;
            }
        }
        return ttl;
    }

    private static ResolvedAnswer? Resolved(DataPlaneState state, int slot, RecordType type)
    {
        int pool = state.Snapshot.Steering.PoolOfMember[slot];
        return state.Snapshot.Outside.OfPool(pool) is { } numbers
            && numbers[slot - state.Snapshot.Steering.Pools[pool].FirstMember] is var number and >= 0
            && state.Resolutions.Find(number, type) is { State: ResolutionState.Found } found
                ? found
                : null;
    }
}

using Meridian.Engine.Outside;
using Meridian.Engine.Snapshot;
using Meridian.Engine.Steering;
using Meridian.Engine.Zones;

namespace Meridian.Engine.Answering;

/// <summary>Answers with the addresses of a name outside, as they were resolved ahead: never with a CNAME.</summary>
internal static class AliasAnswerWriter
{
    // A salt of its own, so that the order is independent of what steering draws.
    private const ulong OrderSalt = 0x2D358DCCAA6C78A5;

    /// <summary>Writes the answer.</summary>
    /// <param name="state">Snapshot and resolutions.</param>
    /// <param name="zoneIndex">The alias' zone.</param>
    /// <param name="steeredIndex">Its number among the zone's steered RRsets.</param>
    /// <param name="query">The draw and the time.</param>
    /// <param name="ownerOffset">Where the owner's name stands in the message.</param>
    /// <param name="writer">Receives the records.</param>
    /// <param name="trace">Hears the steps.</param>
    public static SteeredResult Write<TTrace>(
        DataPlaneState state, int zoneIndex, int steeredIndex, in SteeringQuery query, int ownerOffset, ref ResponseWriter writer, ref TTrace trace)
        where TTrace : struct, IDecisionTrace
    {
        SteeredRRset alias = state.Snapshot.Zones.Zones[zoneIndex].Steered[steeredIndex];
        ResolvedAnswer? known = state.Resolutions.Find(state.Snapshot.Outside.OfAlias(zoneIndex, steeredIndex), alias.Type);
        uint ttl = known?.TtlAt(alias.TtlSeconds, query.UnixSeconds) ?? 0;
        if (TTrace.IsEnabled)
        {
            trace.OnAlias(alias, known, ttl);
        }
        switch (known?.State ?? ResolutionState.Unknown)
        {
            case ResolutionState.Found:
                break;
            case ResolutionState.NoData or ResolutionState.NxDomain:
                // Our name exists whatever its target does (invariant: what is resolved never changes what exists).
                return new SteeredResult(SteeringStatus.NoData, SteeredWriteOutcome.NoRecords, 0, null, ExtendedErrorCode.None);
            case ResolutionState.Failed:
                return new SteeredResult(SteeringStatus.ServFail, SteeredWriteOutcome.NoRecords, 0, null, ExtendedErrorCode.NoReachableAuthority);
            default:
                return new SteeredResult(SteeringStatus.NotReady, SteeredWriteOutcome.NoRecords, 0, null, ExtendedErrorCode.NotReady);
        }
        // Clients tend to take the first address: each is first as often as another.
        int count = known!.Addresses.Length; // Found by the switch above.
        int first = count == 1 ? 0 : (int)DrawHash.Below(DrawHash.Mix(query.Draw, OrderSalt), (uint)count);
        bool fits = writer.TryWriteRecords(known.Records, ResolvedAnswer.RecordLength(alias.Type), first, ttl, ownerOffset);
        return new SteeredResult(
            SteeringStatus.Found,
            fits ? SteeredWriteOutcome.Written : SteeredWriteOutcome.NoRoom,
            0,
            null,
            known.IsStale ? ExtendedErrorCode.StaleAnswer : ExtendedErrorCode.None);
    }
}

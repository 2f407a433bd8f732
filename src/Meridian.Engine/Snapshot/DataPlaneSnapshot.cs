using System.Collections.Frozen;
using System.Collections.Immutable;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Answering;
using Meridian.Engine.Geo;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Outside;
using Meridian.Engine.Steering;
using Meridian.Engine.Zones;

namespace Meridian.Engine.Snapshot;

/// <summary>Everything compiled from one revision of the model. Immutable; replaced as a whole.</summary>
public sealed class DataPlaneSnapshot
{
    private FrozenDictionary<MemberKey, int>? _slotOfMember;

    internal DataPlaneSnapshot(CompiledParts parts)
    {
        Zones = parts.Zones;
        FirstRotationSlot = parts.FirstRotationSlot;
        RotationSlotCount = parts.RotationSlotCount;
        Steering = parts.Steering;
        Maps = parts.Maps;
        DrawKey = parts.DrawKey;
        Answering = parts.Answering;
        Outside = parts.Outside;
        HasDecisionTexts = parts.Zones.Zones.Any(zone => zone.Steered.Any(
            steered => steered.Type == RecordType.TXT && !parts.Steering.Policies[steered.PolicyIndex].Model.IsImplicit));
    }

    /// <summary>What it was compiled from.</summary>
    public required MeridianModel Model { get; init; }

    public required RevisionInfo Revision { get; init; }

    /// <summary>Where clients are.</summary>
    public required PlaceDatabase Places { get; init; }

    /// <summary>Every member of every pool, in the order of the health table.</summary>
    public required ImmutableArray<MemberSlot> Members { get; init; }

    /// <summary>
    /// The SOA serials of the zones, in the order of the model's. Those that did not change with this revision keep that of
    /// the one that they came from.
    /// </summary>
    public ImmutableArray<uint> SoaSerials => [.. Zones.Zones.Select(zone => zone.SoaSerial)];

    /// <summary>The names outside our zones that it answers from.</summary>
    public ImmutableArray<OutsideName> OutsideNames => Outside.Names;

    /// <summary>Whether what a client sees depends on who it is.</summary>
    public bool HasViews => Zones.HasViews;

    /// <summary>Which view the clients of every address are in, whether or not a zone names it.</summary>
    public ViewPartition Views => Zones.ViewMap.Partition;

    internal ZoneIndex Zones { get; }

    /// <summary>Where each zone's rotation counters begin among a worker's.</summary>
    internal int[] FirstRotationSlot { get; }

    internal int RotationSlotCount { get; }

    internal SteeringProgram Steering { get; }

    internal GeoMapCache Maps { get; }

    internal DrawKey DrawKey { get; }

    internal AnswerSettings Answering { get; }

    internal OutsideIndex Outside { get; }

    /// <summary>Whether some TXT RRset tells about decisions.</summary>
    internal bool HasDecisionTexts { get; }

    /// <summary>The zone of this very name that a client sees; null when it sees none.</summary>
    /// <param name="apex">Its name.</param>
    /// <param name="source">The source address of the client's packets.</param>
    public ZoneKey? FindZone(DomainName apex, ClientAddress source) => Zones.FindExact(apex.Wire, source)?.Model.Key;

    /// <summary>The zone that a client is answered from for a name; null for one that none of its zones holds.</summary>
    /// <param name="name">The name.</param>
    /// <param name="source">The source address of the client's packets.</param>
    public ZoneKey? FindZoneOf(DomainName name, ClientAddress source)
    {
        for (DomainName? at = name; at is not null; at = at.Parent)
        {
            if (FindZone(at, source) is { } zone)
            {
                return zone;
            }
        }
        return null;
    }

    /// <summary>
    /// An address whose client is answered from a zone for a name: this host's for a zone that it sees, else the first of the
    /// zone's networks that does; null where there is none.
    /// </summary>
    /// <param name="zone">The zone.</param>
    /// <param name="name">A name in it: another zone may be nearer to it for some of the zone's clients.</param>
    public ClientAddress? SourceThatSees(ZoneModel zone, DomainName name)
    {
        foreach (ClientAddress source in Zones.ViewMap.Sources(zone.Views))
        {
            if (FindZoneOf(name, source) == zone.Key)
            {
                return source;
            }
        }
        return null;
    }

    /// <summary>The slot of a member; false when this snapshot has no such member.</summary>
    public bool TryFindMember(MemberKey member, out int slot)
    {
        // Built on first use by control code; two threads would build equal ones, so either may win.
        _slotOfMember ??= Members.Select((found, i) => KeyValuePair.Create(found.Key, i)).ToFrozenDictionary();
        return _slotOfMember.TryGetValue(member, out slot);
    }
}

/// <summary>What the compiler makes and only the engine looks at.</summary>
/// <param name="Zones">The zones by apex.</param>
/// <param name="FirstRotationSlot">Where each zone's rotation counters begin among a worker's.</param>
/// <param name="RotationSlotCount">How many counters a worker needs.</param>
/// <param name="Steering">Policies and pools.</param>
/// <param name="Maps">The geo maps, for the next snapshot to take over.</param>
/// <param name="DrawKey">Keys the draws.</param>
/// <param name="Answering">How to answer whatever the zone.</param>
internal sealed record CompiledParts(
    ZoneIndex Zones,
    int[] FirstRotationSlot,
    int RotationSlotCount,
    SteeringProgram Steering,
    GeoMapCache Maps,
    DrawKey DrawKey,
    AnswerSettings Answering)
{
    /// <summary>The names outside.</summary>
    public required OutsideIndex Outside { get; init; }
}

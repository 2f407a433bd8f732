using System.Collections.Immutable;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Answering;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Meridian.Engine.Zones;

namespace Meridian.Engine.Observing;

/// <summary>Which configured name a sample's hash is. Names that nobody configured are not in it, and are never kept.</summary>
public sealed class NameDirectory
{
    /// <summary>1,000 to 1,000,000 names; steered ones come first. 100 octets each.</summary>
    public const int Limit = 200_000;

    private readonly Dictionary<ulong, ObservedName> _names = [];

    // Names of several zones, which different clients see: those behind the first.
    private readonly Dictionary<ulong, List<ObservedName>> _namesakes = [];
    private readonly DataPlaneSnapshot _snapshot;
    private int _count;

    private NameDirectory(DataPlaneSnapshot snapshot) => _snapshot = snapshot;

    /// <summary>The names of a model that policies decide, in canonical order.</summary>
    public ImmutableArray<ObservedName> Steered { get; private init; } = [];

    /// <summary>Reads the names of a snapshot.</summary>
    public static NameDirectory Of(DataPlaneSnapshot snapshot)
    {
        MeridianModel model = snapshot.Model;
        Dictionary<(ZoneKey Zone, DomainName Owner), ObservedName> steered = [];
        foreach (ZoneModel zone in model.Zones.Values)
        {
            foreach (RRsetModel rrset in zone.RRsets.Kept.Where(rrset => rrset.Steering is not null))
            {
                ObservedName name = steered.GetValueOrDefault((zone.Key, rrset.Owner)) ?? new ObservedName(rrset.Owner, zone.Key);
                steered[(zone.Key, rrset.Owner)] = name with { Policies = name.Policies.SetItem(rrset.Type, rrset.Steering!.Policy) }; // Filtered right above.
            }
        }
        NameDirectory directory = new(snapshot) { Steered = [.. steered.Values.OrderBy(name => name.Owner).ThenBy(name => name.Zone)] };
        foreach (ObservedName name in directory.Steered.Take(Limit))
        {
            directory.Add(NameHash.Compute(name.Owner.Wire), name);
        }
        foreach (ZoneModel zone in model.Zones.Values)
        {
            directory.AddOthers(zone);
        }
        return directory;
    }

    /// <summary>The name of a hash in the zone that its asker sees; null when it is none of the configuration's.</summary>
    /// <param name="hash">Of the name.</param>
    /// <param name="source">Where the query came from.</param>
    public ObservedName? Find(ulong hash, ClientAddress source)
    {
        ObservedName? first = _names.GetValueOrDefault(hash);
        if (first is null || !_snapshot.HasViews)
        {
            return first;
        }
        ZoneKey? seen = _snapshot.FindZoneOf(first.Owner, source);
        return first.Zone == seen ? first : _namesakes.GetValueOrDefault(hash)?.Find(name => name.Zone == seen);
    }

    private void AddOthers(ZoneModel zone)
    {
        for (RRsetCursor at = new(zone.RRsets); !at.IsAtEnd && _count < Limit; at.MoveNext())
        {
            RRsetRow rrset = at.Row;
            ulong hash = NameHash.Compute(rrset.OwnerWire);
            if (!Knows(hash, zone.Key))
            {
                Add(hash, new ObservedName(rrset.Owner, zone.Key));
            }
        }
    }

    private bool Knows(ulong hash, ZoneKey zone) =>
        _names.TryGetValue(hash, out ObservedName? first) && (first.Zone == zone || _namesakes.GetValueOrDefault(hash)?.Exists(name => name.Zone == zone) == true);

    private void Add(ulong hash, ObservedName name)
    {
        _count++;
        if (_names.TryAdd(hash, name))
        {
            return;
        }
        if (!_namesakes.TryGetValue(hash, out List<ObservedName>? others))
        {
            _namesakes.Add(hash, others = []);
        }
        others.Add(name);
    }
}

/// <summary>A configured name.</summary>
/// <param name="Owner">The name.</param>
/// <param name="Zone">Its zone.</param>
public sealed record ObservedName(DomainName Owner, ZoneKey Zone)
{
    /// <summary>The policies that decide its types; empty for a name that none decides.</summary>
    public ImmutableSortedDictionary<RecordType, string> Policies { get; init; } = ImmutableSortedDictionary<RecordType, string>.Empty;
}

using System.Collections.Immutable;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Model;
using Meridian.Engine.Zones;

namespace Meridian.Engine.Observing;

/// <summary>Which configured name a sample's hash is. Names that nobody configured are not in it, and are never kept.</summary>
public sealed class NameDirectory
{
    /// <summary>1,000 to 1,000,000 names; steered ones come first. 100 octets each.</summary>
    public const int Limit = 200_000;

    private readonly Dictionary<ulong, ObservedName> _names = [];

    private NameDirectory()
    {
    }

    /// <summary>The names of a model that policies decide, in canonical order.</summary>
    public ImmutableArray<ObservedName> Steered { get; private init; } = [];

    /// <summary>Reads the names of a model.</summary>
    public static NameDirectory Of(MeridianModel model)
    {
        Dictionary<DomainName, ObservedName> steered = [];
        foreach (ZoneModel zone in model.Zones.Values)
        {
            foreach (RRsetModel rrset in zone.RRsets.Where(rrset => rrset.Steering is not null))
            {
                ObservedName name = steered.GetValueOrDefault(rrset.Owner) ?? new ObservedName(rrset.Owner, zone.Apex);
                steered[rrset.Owner] = name with { Policies = name.Policies.SetItem(rrset.Type, rrset.Steering!.Policy) }; // Filtered right above.
            }
        }
        NameDirectory directory = new() { Steered = [.. steered.Values.OrderBy(name => name.Owner)] };
        foreach (ObservedName name in directory.Steered.Take(Limit))
        {
            directory._names[NameHash.Compute(name.Owner.Wire)] = name;
        }
        foreach (ZoneModel zone in model.Zones.Values)
        {
            directory.AddOthers(zone);
        }
        return directory;
    }

    /// <summary>The name of a hash; null when it is none of the configuration's.</summary>
    public ObservedName? Find(ulong hash) => _names.GetValueOrDefault(hash);

    private void AddOthers(ZoneModel zone)
    {
        foreach (RRsetModel rrset in zone.RRsets)
        {
            if (_names.Count >= Limit)
            {
                return;
            }
            ulong hash = NameHash.Compute(rrset.Owner.Wire);
            if (!_names.ContainsKey(hash))
            {
                _names.Add(hash, new ObservedName(rrset.Owner, zone.Apex));
            }
        }
    }
}

/// <summary>A configured name.</summary>
/// <param name="Owner">The name.</param>
/// <param name="Zone">The apex of its zone.</param>
public sealed record ObservedName(DomainName Owner, DomainName Zone)
{
    /// <summary>The policies that decide its types; empty for a name that none decides.</summary>
    public ImmutableSortedDictionary<RecordType, string> Policies { get; init; } = ImmutableSortedDictionary<RecordType, string>.Empty;
}

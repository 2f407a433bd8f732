using Meridian.Control.Configuration.Policies;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Sections;
using Meridian.Control.Configuration.Yaml;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Zones;

/// <summary>
/// Reads single owners of zones, where nothing else changed: as much work as the change is large, and not the zone. Everything
/// that can be wrong with an owner is found; warnings are those of the owners that are read, not of others that lead to them.
/// </summary>
internal static class OwnerReader
{
    /// <summary>
    /// Whether the records of an owner decide about other names: the apex, zone cuts and redirections. Such an owner is read with the
    /// whole zone.
    /// </summary>
    public static bool IsStructural(ZoneModel zone, DomainName owner, ConfigNode? records) =>
        owner == zone.Apex
        || ZoneSurroundings.Find(zone, owner, RecordType.NS) is not null
        || ZoneSurroundings.Find(zone, owner, RecordType.DNAME) is not null
        || (records is MapNode map && map.Entries.Any(
            entry => RecordTypes.TryParse(entry.Key, out RecordType type) && type is RecordType.NS or RecordType.DNAME));

    /// <summary>The model with some owners read anew.</summary>
    /// <param name="context">The load.</param>
    /// <param name="changes">No owner twice; all in zones that the model has.</param>
    /// <param name="model">Everything else.</param>
    public static MeridianModel Read(ReadContext context, IReadOnlyCollection<OwnerChange> changes, MeridianModel model)
    {
        context.Guard = model.Guard;
        context.Pools = model.Pools;
        context.Sites = model.Sites;
        SteeredDataRules steering = new(context, model.Policies, model.Pools);
        // What record sets and aliases mean can follow from any record: it is worked out anew where there are some.
        bool hasSets = model.Policies.Values.Any(policy => policy.IsImplicit) || model.Pools.Values.Any(pool => pool.IsImplicit);
        foreach (IGrouping<ZoneKey, OwnerChange> zone in changes.GroupBy(change => change.Zone))
        {
            ZoneModel before = model.Zones[zone.Key];
            ZoneSurroundings surroundings = new(before, zone.Select(change => change.Owner).ToHashSet());
            ZoneDraft draft = new(before.Key, surroundings.PositionOf(before.Apex), $"{RootSection.Zones.Name}/{before.Key}")
            {
                DefaultTtlSeconds = before.DefaultTtlSeconds,
                Surroundings = surroundings,
            };
            foreach (OwnerChange change in zone)
            {
                if (change.Records is { } records)
                {
                    OwnerSection.Read(context, draft, records);
                }
            }
            ZoneRules.CheckOwners(context, draft, surroundings);
            steering.Check(draft);
            hasSets |= draft.RRsets.Any(rrset => rrset.Sets.Count > 0 || rrset.Alias is not null);
            model = model with { Zones = model.Zones.SetItem(zone.Key, surroundings.With(draft)) };
        }
        return hasSets ? ModelReader.Expand(context, model) : model;
    }
}

/// <summary>One owner that is read anew.</summary>
/// <param name="Zone">Its zone.</param>
/// <param name="Owner">Its name.</param>
/// <param name="Records">What it has, under its name as written; null when it is gone.</param>
internal sealed record OwnerChange(ZoneKey Zone, DomainName Owner, MapEntry? Records);

using Meridian.Control.Configuration.Policies;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Sections;
using Meridian.Control.Configuration.Yaml;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Model;
using Meridian.Engine.RecordSets;

namespace Meridian.Control.Configuration.Zones;

/// <summary>
/// Reads single owners of zones, where nothing else changed: as much work as the change is large, and not the zone. Everything
/// that can be wrong with an owner is found; warnings are those of the owners that are read, not of others that lead to them.
/// </summary>
internal static class OwnerReader
{
    /// <summary>
    /// Whether the records of an owner decide about other names: zone cuts, redirections, and the apex when its name servers change.
    /// Such an owner is read with the whole zone.
    /// </summary>
    /// <param name="zone">The zone as it is.</param>
    /// <param name="owner">Whose records.</param>
    /// <param name="records">What it will have; null when it is gone.</param>
    /// <param name="before">What it has; null for nothing.</param>
    public static bool IsStructural(ZoneModel zone, DomainName owner, ConfigNode? records, ConfigNode? before)
    {
        if (owner == zone.Apex)
        {
            return records is not MapNode now || before is not MapNode then || !now.Entries.Any(IsCut)
                || !NodeEquality.AreEqual(CutsOf(now), CutsOf(then));
        }
        return zone.RRsets.Find(owner, RecordType.NS) is not null
            || zone.RRsets.Find(owner, RecordType.DNAME) is not null
            || (records is MapNode map && map.Entries.Any(IsCut));
    }

    private static bool IsCut(MapEntry entry) => RecordTypes.TryParse(entry.Key, out RecordType type) && type is RecordType.NS or RecordType.DNAME;

    private static MapNode CutsOf(MapNode records) => new(records.Position, [.. records.Entries.Where(IsCut)]);

    /// <summary>The model with some owners read anew.</summary>
    /// <param name="context">The load.</param>
    /// <param name="changes">No owner twice; all in zones that the model has.</param>
    /// <param name="heads">Zones whose own keys are read anew: the start of authority, who may write what.</param>
    /// <param name="model">Everything else.</param>
    public static MeridianModel Read(ReadContext context, IReadOnlyCollection<OwnerChange> changes, IReadOnlyCollection<MapEntry> heads, MeridianModel model)
    {
        context.Guard = model.Guard;
        context.Pools = model.Pools;
        context.Sites = model.Sites;
        SteeredDataRules steering = new(context, model.Policies, model.Pools);
        model = ReadHeads(context, heads, model);
        bool hasSets = false;
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
            ZoneModel after = surroundings.With(draft);
            hasSets |= zone.Any(change => RecordSetExpansion.DependsOn(
                model, change.Owner, before.RRsets.OfOwner(change.Owner).Concat(after.RRsets.OfOwner(change.Owner))));
            model = model with { Zones = model.Zones.SetItem(zone.Key, after) };
        }
        return hasSets ? ModelReader.Expand(context, model) : model;
    }

    /// <summary>The model with zones' own keys read anew, and their records as they are.</summary>
    private static MeridianModel ReadHeads(ReadContext context, IReadOnlyCollection<MapEntry> heads, MeridianModel model)
    {
        ZoneDraft[] drafts = [.. heads.Select(head => ZoneSection.Read(context, head)).OfType<ZoneDraft>()];
        ZoneIds.Check(context, drafts, model);
        foreach (ZoneDraft draft in drafts)
        {
            if (draft.Soa is not { } soa)
            {
                continue; // What is wrong with it was reported.
            }
            ZoneModel zone = model.Zones[draft.Key] with
            {
                Soa = soa,
                Guard = draft.Guard,
                NeedsApproval = draft.NeedsApproval,
                Owners = draft.OwnedBy,
                Route53Id = draft.Route53Id,
            };
            model = model with { Zones = model.Zones.SetItem(draft.Key, zone) };
        }
        return model;
    }
}

/// <summary>One owner that is read anew.</summary>
/// <param name="Zone">Its zone.</param>
/// <param name="Owner">Its name.</param>
/// <param name="Records">What it has, under its name as written; null when it is gone.</param>
internal sealed record OwnerChange(ZoneKey Zone, DomainName Owner, MapEntry? Records);

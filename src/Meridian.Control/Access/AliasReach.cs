using System.Collections.Immutable;
using System.Text.Json;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes;
using Meridian.Control.Changes.Documents;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Model;

namespace Meridian.Control.Access;

/// <summary>
/// Keeps private zones from those who may not read them: an alias answers what its target has, so whoever may write one could
/// read by it, in plans and in answers, and find out by errors what there is. Public zones are for everybody to ask.
/// </summary>
internal sealed class AliasReach
{
    // Of an owner's records: what is followed at once, and the addresses that are looked up.
    private const string Alias = "alias";
    private static readonly ImmutableArray<string> Outside = ["ALIAS", "ANAME"];

    private readonly MeridianModel _before;
    private readonly MeridianModel _after;
    private readonly ZoneScope _scope;
    private readonly ZoneSight _sightBefore;
    private readonly ZoneSight _sightAfter;
    private readonly ImmutableArray<DocumentChange> _changes;

    private AliasReach(MeridianModel before, ImmutableArray<DocumentChange> changes, ZoneScope scope)
    {
        (_before, _changes, _scope) = (before, changes, scope);
        _after = before with { Zones = ZonesAfter(before, changes) };
        _sightBefore = new ZoneSight(before);
        _sightAfter = new ZoneSight(_after);
    }

    /// <summary>The aliases that a change makes lead to where its author may not read; none for who may read everything.</summary>
    /// <param name="before">The configuration that it changes.</param>
    /// <param name="changes">The change.</param>
    /// <param name="scope">The zones that its author may read.</param>
    public static ImmutableArray<ChangeError> Find(MeridianModel before, ImmutableArray<DocumentChange> changes, ZoneScope scope) =>
        scope.IsAll || !before.Zones.Values.Any(zone => zone.IsPrivate && !scope.Contains(zone.Apex))
            ? []
            : [.. new AliasReach(before, changes, scope).Find()];

    private IEnumerable<ChangeError> Find()
    {
        foreach (DocumentChange change in _changes.Where(change => change.Body is not null))
        {
            if (change.Key.Kind == DocumentKinds.Records
                && RecordsName.TrySplit(change.Key.Name, out string? name, out string? owner)
                && ZoneKey.TryParse(name, out ZoneKey key, out _) && _after.Zones.TryGetValue(key, out ZoneModel? zone))
            {
                IEnumerable<Target> hidden = TargetsOf(change.Body.GetValueOrDefault(), zone)
                    .Where(target => IsHidden(_sightAfter, zone, target.Name) && !WasThere(zone, owner, target));
                foreach ((string place, DomainName target) in hidden.Select(target => (target.Place, target.Name)).Distinct())
                {
                    yield return new ChangeError(change.Key, $"/{place}", Words(target), null);
                }
            }
        }
        // Who sees a zone decides what the aliases in it lead to.
        foreach (DocumentChange change in _changes.Where(change => change.Key.Kind == DocumentKinds.Zone))
        {
            foreach (ChangeError error in FindMoved(change.Key))
            {
                yield return error;
            }
        }
    }

    private IEnumerable<ChangeError> FindMoved(DocumentKey changed) =>
        from zone in _after.Zones.Values
        where _scope.Contains(zone.Apex) && _before.Zones.ContainsKey(zone.Key)
        from rrset in zone.RRsets.Kept
        from target in TargetsOf(rrset)
        where IsHidden(_sightAfter, zone, target) && !IsHidden(_sightBefore, _before.Zones[zone.Key], target)
        select new ChangeError(changed, "", $"{rrset.Owner} {rrset.Type.ToMnemonic()}: {Words(target)}", null);

    /// <summary>Whether a name is, for all clients of a zone or for some, in a private zone that is not to be read.</summary>
    private bool IsHidden(ZoneSight sight, ZoneModel from, DomainName target)
    {
        ZoneModel? seen = sight.FindFrom(from, target);
        ZoneModel? passed = sight.FindHidden(target, seen?.Apex);
        return IsHidden(seen) || IsHidden(passed);
    }

    private bool IsHidden(ZoneModel? zone) => zone is { IsPrivate: true } && !_scope.Contains(zone.Apex);

    /// <summary>Whether somebody who may has written it before: it shows nothing that it did not show.</summary>
    private bool WasThere(ZoneModel zone, string owner, Target target) =>
        _before.Zones.TryGetValue(zone.Key, out ZoneModel? then)
        && DomainName.TryParse(owner, zone.Apex, out DomainName? name) == DomainNameError.None && name is not null
        && then.RRsets.OfOwner(name).Any(rrset => rrset.Type.ToMnemonic() == target.Type && TargetsOf(rrset).Contains(target.Name));

    private static IEnumerable<DomainName> TargetsOf(RRsetModel rrset) =>
        new[] { rrset.Alias?.Target, rrset.IsExpanded ? null : rrset.Outside?.Target }
            .Concat(rrset.Sets.Select(set => set.Alias?.Target)).OfType<DomainName>();

    private static IEnumerable<Target> TargetsOf(DocumentBody body, ZoneModel zone)
    {
        // Canonical by now, so it is JSON.
        using JsonDocument document = JsonDocument.Parse(body.Memory);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            return [];
        }
        return
        [
            .. from type in document.RootElement.EnumerateObject()
               from written in Outside.Contains(type.Name)
                   ? OutsideOf(type.Value).SelectMany(to => new[] { (Type: "A", To: to), (Type: "AAAA", To: to) })
                   : AliasesIn(type.Value).Select(to => (Type: type.Name, To: to))
               let name = DomainName.TryParse(written.To, zone.Apex, out DomainName? target) == DomainNameError.None ? target : null
               where name is not null
               select new Target(type.Name, written.Type, name),
        ];
    }

    private static IEnumerable<string> OutsideOf(JsonElement value) => value.ValueKind == JsonValueKind.String ? [value.GetString() ?? ""] : ToOf(value);

    /// <summary>Wherever it stands: in the place of the data, or in one of several record sets.</summary>
    private static IEnumerable<string> AliasesIn(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().SelectMany(member => member.Name == Alias ? ToOf(member.Value) : AliasesIn(member.Value)),
        JsonValueKind.Array => value.EnumerateArray().SelectMany(AliasesIn),
        _ => [],
    };

    private static IEnumerable<string> ToOf(JsonElement alias) =>
        alias.ValueKind == JsonValueKind.Object && alias.TryGetProperty("to", out JsonElement to) && to.ValueKind == JsonValueKind.String ? [to.GetString() ?? ""] : [];

    /// <summary>The zones with the views that a change gives them: all that decides which zone a name is in.</summary>
    private static ImmutableSortedDictionary<ZoneKey, ZoneModel> ZonesAfter(MeridianModel before, ImmutableArray<DocumentChange> changes)
    {
        ImmutableSortedDictionary<ZoneKey, ZoneModel>.Builder zones = before.Zones.ToBuilder();
        foreach (DocumentChange change in changes.Where(change => change.Key.Kind == DocumentKinds.Zone))
        {
            if (!ZoneKey.TryParse(change.Key.Name, out ZoneKey key, out _))
            {
                continue;
            }
            if (change.Body is not { } body)
            {
                zones.Remove(key);
                continue;
            }
            ZoneModel zone = zones.TryGetValue(key, out ZoneModel? known) ? known
                : new ZoneModel { Apex = key.Apex, Label = key.Label, Soa = new SoaModel { Primary = key.Apex, Contact = key.Apex }, RRsets = [] };
            zones[key] = zone with { Views = [.. ViewsIn(body)] };
        }
        return zones.ToImmutable();
    }

    private static ImmutableArray<string> ViewsIn(DocumentBody body)
    {
        using JsonDocument document = JsonDocument.Parse(body.Memory);
        if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("views", out JsonElement views))
        {
            return [];
        }
        IEnumerable<JsonElement> names = views.ValueKind == JsonValueKind.Array ? views.EnumerateArray() : [views];
        return [.. names.Where(name => name.ValueKind == JsonValueKind.String).Select(name => name.GetString() ?? "").Order(StringComparer.Ordinal)];
    }

    private static string Words(DomainName target) => $"the alias leads nowhere: {target} is in no zone that its author may read";

    /// <summary>What an alias leads to.</summary>
    /// <param name="Place">The key under which it is written: a type, or a word for both types of addresses.</param>
    /// <param name="Type">For which type it is answered.</param>
    /// <param name="Name">The target.</param>
    private readonly record struct Target(string Place, string Type, DomainName Name);
}

using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes.Documents;
using Meridian.Control.Route53.Records;
using Meridian.Control.Route53.Wire;
using Meridian.Dns.Names;
using Meridian.Engine.Model;

namespace Meridian.Control.Route53.Reading;

/// <summary>
/// The documents of one revision as this API looks for them: zones by id and in the order of lists, everything else by kind
/// and name. Immutable.
/// </summary>
internal sealed class DirectoryState : IRecordSetLookup
{
    private readonly ImmutableSortedDictionary<string, HostedZone> _zones;
    private readonly ImmutableDictionary<string, string> _zoneIds;
    private readonly ImmutableSortedDictionary<DocumentKey, Document> _others;

    private DirectoryState(
        long revision,
        ImmutableSortedDictionary<string, HostedZone> zones,
        ImmutableDictionary<string, string> zoneIds,
        ImmutableSortedDictionary<DocumentKey, Document> others)
    {
        Revision = revision;
        _zones = zones;
        _zoneIds = zoneIds;
        _others = others;
    }

    public static DirectoryState Empty { get; } = new(
        0,
        ImmutableSortedDictionary.Create<string, HostedZone>(StringComparer.Ordinal),
        ImmutableDictionary.Create<string, string>(StringComparer.Ordinal),
        ImmutableSortedDictionary<DocumentKey, Document>.Empty);

    /// <summary>The revision that this is of; 0 before the first.</summary>
    public long Revision { get; }

    /// <summary>All zones, by id.</summary>
    public ImmutableSortedDictionary<string, HostedZone> Zones => _zones;

    /// <summary>A zone by its id, with or without a path in front.</summary>
    public bool TryFindZone(string id, [NotNullWhen(true)] out HostedZone? zone) => _zones.TryGetValue(ResourceIds.Bare(id), out zone);

    /// <summary>A zone by its id.</summary>
    /// <exception cref="Route53Exception">There is none.</exception>
    public HostedZone RequireZone(string id) =>
        TryFindZone(id, out HostedZone? zone) ? zone : throw Route53Error.NoSuchHostedZone(ResourceIds.Bare(id)).ToException();

    /// <summary>A zone by its document's name.</summary>
    public HostedZone? ZoneNamed(string documentName) => _zoneIds.TryGetValue(documentName, out string? id) ? _zones[id] : null;

    /// <summary>A document that is neither a zone's nor an owner's.</summary>
    public Document? Find(DocumentKey key) => _others.TryGetValue(key, out Document document) ? document : null;

    /// <summary>All documents of a kind that is neither zones nor records, in the order of their names.</summary>
    public IEnumerable<Document> Of(string kind) => _others.Where(pair => pair.Key.Kind == kind).Select(pair => pair.Value);

    public string ZoneIdOf(DomainName target)
    {
        for (DomainName? name = target; name is not null; name = name.Parent)
        {
            if (_zoneIds.TryGetValue(RecordsName.OfZone(name), out string? id) && !_zones[id].IsPrivate)
            {
                return id;
            }
        }
        return "";
    }

    public string CollectionIdOf(string name) =>
        Find(new DocumentKey(DocumentKinds.Collection, name)) is { } document && IdOf(document) is { } id ? id : name;

    public string CollectionNameOf(string id) => FindCollection(id)?.Key.Name ?? id;

    /// <summary>A collection by its id.</summary>
    public Document? FindCollection(string id)
    {
        foreach (Document document in Of(DocumentKinds.Collection))
        {
            if (IdOf(document) == id || document.Key.Name == id)
            {
                return document;
            }
        }
        return null;
    }

    /// <summary>The state after changes.</summary>
    /// <param name="changes">Documents written, or gone.</param>
    /// <param name="revision">What it is then of.</param>
    public DirectoryState With(IEnumerable<(DocumentKey Key, Document? Document)> changes, long revision)
    {
        ImmutableSortedDictionary<string, HostedZone>.Builder zones = _zones.ToBuilder();
        ImmutableDictionary<string, string>.Builder ids = _zoneIds.ToBuilder();
        ImmutableSortedDictionary<DocumentKey, Document>.Builder others = _others.ToBuilder();
        Dictionary<string, List<(DomainName, Document?)>> records = new(StringComparer.Ordinal);
        List<(string Name, HostedZone? Before, Document? After)> put = [];
        foreach ((DocumentKey key, Document? document) in changes)
        {
            switch (key.Kind)
            {
                case DocumentKinds.Zone:
                    put.Add((key.Name, TakeZone(zones, ids, key.Name), document));
                    break;
                case DocumentKinds.Records:
                    Collect(records, key, document);
                    break;
                default:
                    if (document is { } other)
                    {
                        others[key] = other;
                    }
                    else
                    {
                        others.Remove(key);
                    }
                    break;
            }
        }
        // When all are taken out: an id moves from one zone to another in one revision, whichever of the two is told of first.
        foreach ((string name, HostedZone? before, Document? after) in put)
        {
            PutZone(zones, ids, name, before, after);
        }
        foreach ((string zone, List<(DomainName, Document?)> changed) in records)
        {
            if (ids.TryGetValue(zone, out string? id))
            {
                zones[id] = zones[id].With(changed);
            }
        }
        return new DirectoryState(revision, zones.ToImmutable(), ids.ToImmutable(), others.ToImmutable());
    }

    private static HostedZone? TakeZone(
        ImmutableSortedDictionary<string, HostedZone>.Builder zones, ImmutableDictionary<string, string>.Builder ids, string name)
    {
        if (!ids.Remove(name, out string? id))
        {
            return null;
        }
        HostedZone zone = zones[id];
        zones.Remove(id);
        return zone;
    }

    private static void PutZone(
        ImmutableSortedDictionary<string, HostedZone>.Builder zones,
        ImmutableDictionary<string, string>.Builder ids,
        string name,
        HostedZone? before,
        in Document? document)
    {
        if (document is not { } put || HostedZone.Read(put) is not { } zone)
        {
            return;
        }
        // An id that somebody copied to another zone stays that of the first, and the one that follows from a name may be taken
        // too. The check of a configuration refuses both; what is in a log from before it must not hide a zone behind another.
        string id = zone.Id;
        for (int attempt = 0; zones.ContainsKey(id); attempt++)
        {
            id = ResourceIds.Derive(ResourceIds.HostedZone, attempt == 0 ? name : string.Create(CultureInfo.InvariantCulture, $"{name} {attempt}"));
        }
        zones[id] = before is null ? zone with { Id = id } : zone with { Id = id, Owners = before.Owners, RecordSetCount = before.RecordSetCount };
        ids[name] = id;
    }

    private static void Collect(Dictionary<string, List<(DomainName, Document?)>> records, DocumentKey key, in Document? document)
    {
        if (!RecordsName.TrySplit(key.Name, out string? zone, out string? owner)
            || !ZoneKey.TryParse(zone, out ZoneKey zoneKey, out _)
            || DomainName.TryParse(owner, zoneKey.Apex, out DomainName? name) != DomainNameError.None || name is null)
        {
            return;
        }
        if (!records.TryGetValue(zone, out List<(DomainName, Document?)>? changed))
        {
            records.Add(zone, changed = []);
        }
        changed.Add((name, document));
    }

    private static string? IdOf(in Document document) => HostedZone.BodyOf(document) is { } body ? ZoneMetadata.Read(body).Id : null;
}

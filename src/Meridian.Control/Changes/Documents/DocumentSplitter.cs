using System.Collections.Immutable;
using Meridian.Control.ChangeLog;
using Meridian.Control.Configuration;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Sections;
using Meridian.Control.Configuration.Yaml;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Model;

namespace Meridian.Control.Changes.Documents;

/// <summary>
/// Takes a configuration that was loaded from files apart into documents that need no files: records of master files become
/// documents, and paths are made absolute.
/// </summary>
internal sealed class DocumentSplitter
{
    private readonly MeridianModel _model;
    private readonly IReadOnlyDictionary<SourcePosition, string> _paths;

    private DocumentSplitter(MeridianModel model, IReadOnlyDictionary<SourcePosition, string> paths)
    {
        _model = model;
        _paths = paths;
    }

    /// <summary>The documents of a load without errors, each once.</summary>
    public static IEnumerable<(DocumentKey Key, ConfigNode Body)> Split(LoadResult loaded)
    {
        if (loaded.Model is not { } model || loaded.Tree is not { } root)
        {
            throw new ArgumentException("only a configuration without errors can be taken apart", nameof(loaded));
        }
        return new DocumentSplitter(model, loaded.ResolvedPaths).Split(root);
    }

    private IEnumerable<(DocumentKey Key, ConfigNode Body)> Split(MapNode root)
    {
        foreach (MapEntry section in root.Entries)
        {
            string? kind = KindOf(section.Key);
            if (kind is null)
            {
                yield return (new DocumentKey(DocumentKinds.Settings, section.Key), Absolute(section.Value));
            }
            else if (section.Value is MapNode entries)
            {
                foreach (MapEntry entry in entries.Entries)
                {
                    IEnumerable<(DocumentKey, ConfigNode)> documents = kind == DocumentKinds.Zone
                        ? SplitZone(entry)
                        : [(new DocumentKey(kind, entry.Key), Absolute(entry.Value))];
                    foreach ((DocumentKey, ConfigNode) document in documents)
                    {
                        yield return document;
                    }
                }
            }
        }
    }

    private IEnumerable<(DocumentKey Key, ConfigNode Body)> SplitZone(MapEntry entry)
    {
        string name = RecordsName.NormaliseZone(entry.Key);
        MapNode written = (MapNode)entry.Value; // The reader has checked.
        ZoneModel zone = _model.Zones[ZoneKey.TryParse(name, out ZoneKey key, out _) ? key : default]; // The reader has checked.
        bool hasFile = written.Find(DocumentSections.File) is not null;
        ImmutableArray<MapEntry> own = [.. written.Entries.Where(key => key.Key is not (DocumentSections.Records or DocumentSections.File))];
        if (hasFile)
        {
            MapEntry soa = new("soa", entry.KeyPosition, SoaSection.ToNode(zone.Soa, entry.KeyPosition));
            own = [soa, .. own.Where(key => key.Key != soa.Key)];
        }
        yield return (new DocumentKey(DocumentKinds.Zone, name), Absolute(new MapNode(written.Position, own)));

        Dictionary<string, ConfigNode> owners = new(StringComparer.Ordinal);
        if (written.Find(DocumentSections.Records)?.Value is MapNode records)
        {
            foreach (MapEntry owner in records.Entries)
            {
                string ownerName = RecordsName.NormaliseOwner(name, owner.Key);
                owners[ownerName] = owners.TryGetValue(ownerName, out ConfigNode? other) ? Unite((MapNode)other, (MapNode)owner.Value) : owner.Value;
            }
        }
        if (hasFile)
        {
            AddFileRecords(zone, written.Position, owners);
        }
        foreach ((string owner, ConfigNode body) in owners.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            yield return (new DocumentKey(DocumentKinds.Records, RecordsName.Of(name, owner)), body);
        }
    }

    /// <summary>Adds what the zone has beyond its inline records: every such RRset has a TTL of its own.</summary>
    private static void AddFileRecords(ZoneModel zone, SourcePosition position, Dictionary<string, ConfigNode> owners)
    {
        foreach (IGrouping<DomainName, RRsetModel> owner in zone.RRsets.GroupBy(rrset => rrset.Owner))
        {
            string name = RecordsName.OwnerIn(zone.Apex, owner.Key);
            MapNode? inline = owners.GetValueOrDefault(name) as MapNode;
            RRsetModel[] added = [.. owner.Where(rrset => !IsInline(inline, rrset.Type))];
            if (added.Length == 0)
            {
                continue;
            }
            uint? shared = inline is null && added.All(rrset => rrset.TtlSeconds == added[0].TtlSeconds) ? added[0].TtlSeconds : null;
            List<MapEntry> entries = [.. inline?.Entries ?? []];
            entries.AddRange(added.Select(rrset => new MapEntry(rrset.Type.ToMnemonic(), position, DataOf(rrset, shared, position))));
            if (shared is { } ttl)
            {
                entries.Add(new MapEntry("ttl", position, Ttl(ttl, position)));
            }
            owners[name] = new MapNode(position, [.. entries]);
        }
    }

    private static bool IsInline(MapNode? inline, RecordType type) =>
        inline is not null && inline.Entries.Any(entry => RecordTypes.TryParse(entry.Key, out RecordType written) && written == type);

    private static ConfigNode DataOf(RRsetModel rrset, uint? shared, SourcePosition position)
    {
        ImmutableArray<ConfigNode> texts =
            [.. rrset.Rdata.Select(rdata => new ScalarNode(position, RdataText.Format(rrset.Type, rdata.Span), isPlain: false))];
        ConfigNode data = texts.Length == 1 ? texts[0] : new ListNode(position, texts);
        if (rrset.TtlSeconds is not { } ttl || ttl == shared)
        {
            return data;
        }
        List<MapEntry> form = [new("data", position, data), new("ttl", position, Ttl(ttl, position))];
        if (!rrset.Rotate)
        {
            // What the owner says of its inline records does not hold for those of the file.
            form.Add(new MapEntry("rotate", position, new ScalarNode(position, "false", isPlain: true)));
        }
        return new MapNode(position, [.. form]);
    }

    private static ScalarNode Ttl(uint seconds, SourcePosition position) =>
        new(position, DurationText.Format(TimeSpan.FromSeconds(seconds)), isPlain: false);

    /// <summary>One owner under two spellings; the reader has checked that no type is in both.</summary>
    private static MapNode Unite(MapNode some, MapNode more) => new(
        some.Position, [.. some.Entries, .. more.Entries.Where(entry => some.Find(entry.Key) is null)]);

    private static string? KindOf(string section)
    {
        foreach ((string named, string kind) in DocumentSections.Named)
        {
            if (named == section)
            {
                return kind;
            }
        }
        return null;
    }

    private ConfigNode Absolute(ConfigNode node)
    {
        if (_paths.Count == 0)
        {
            return node;
        }
        return node switch
        {
            MapNode map => new MapNode(map.Position, [.. map.Entries.Select(entry => entry with { Value = Absolute(entry.Value) })]),
            ListNode list => new ListNode(list.Position, [.. list.Items.Select(Absolute)]),
            ScalarNode scalar when _paths.TryGetValue(scalar.Position, out string? path) =>
                new ScalarNode(scalar.Position, Path.GetFullPath(path), isPlain: false),
            _ => node,
        };
    }
}

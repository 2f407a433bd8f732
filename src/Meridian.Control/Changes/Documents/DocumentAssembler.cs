using Meridian.Control.ChangeLog;
using Meridian.Control.Configuration;
using Meridian.Control.Configuration.Yaml;

namespace Meridian.Control.Changes.Documents;

/// <summary>Puts documents together into the tree that the configuration reader takes, always in the same order.</summary>
internal sealed class DocumentAssembler(ConfigurationLimits limits)
{
    // Of nodes that no document has: the maps that hold them.
    private static readonly SourcePosition Nowhere = new("", 0, 0);

    private readonly List<ChangeError> _errors = [];
    private readonly List<MapEntry> _settings = [];
    private readonly SortedDictionary<string, List<MapEntry>> _sections = new(StringComparer.Ordinal);
    private readonly Dictionary<string, MapEntry> _zones = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<MapEntry>> _records = new(StringComparer.Ordinal);

    /// <summary>What is wrong with documents by themselves: no JSON, or in nobody's zone.</summary>
    public IReadOnlyList<ChangeError> Errors => _errors;

    /// <summary>Adds one document; those that are no configuration (tokens) are passed over.</summary>
    public void Add(DocumentKey key, ReadOnlySpan<byte> body)
    {
        if (!DocumentSections.IsConfiguration(key.Kind))
        {
            return;
        }
        string name = key.ToString();
        if (!DocumentJson.TryRead(body, name, limits, out ConfigNode? node, out string? problem))
        {
            _errors.Add(new ChangeError(key, "", problem, null));
            return;
        }
        SourcePosition position = new(name, 1, 1);
        switch (key.Kind)
        {
            case DocumentKinds.Settings:
                AddSetting(key, new MapEntry(key.Name, position, node));
                break;
            case DocumentKinds.Zone:
                AddZone(key, new MapEntry(key.Name, position, node));
                break;
            case DocumentKinds.Records:
                AddRecords(key, position, node);
                break;
            default:
                AddTo(_sections, DocumentSections.SectionOf(key.Kind)!, new MapEntry(key.Name, position, node)); // Looked at above.
                break;
        }
    }

    /// <summary>The tree of everything that was added.</summary>
    public MapNode ToTree()
    {
        List<MapEntry> root = [.. _settings];
        foreach ((string section, List<MapEntry> entries) in _sections)
        {
            root.Add(new MapEntry(section, Nowhere, Sorted(entries)));
        }
        if (_zones.Count > 0 || _records.Count > 0)
        {
            root.Add(new MapEntry("zones", Nowhere, Sorted([.. _zones.Values.Select(WithRecords)])));
            foreach (string orphan in _records.Keys.Where(zone => !_zones.ContainsKey(zone)).Order(StringComparer.Ordinal))
            {
                DocumentKey key = new(DocumentKinds.Records, RecordsName.Of(orphan, _records[orphan][0].Key));
                _errors.Add(new ChangeError(key, "", $"there is no zone '{orphan}': put the document zone/{orphan} too, or first", null));
            }
        }
        return new MapNode(Nowhere, [.. root.OrderBy(entry => DocumentSections.OrderOf(entry.Key)).ThenBy(entry => entry.Key, StringComparer.Ordinal)]);
    }

    private void AddSetting(DocumentKey key, MapEntry entry)
    {
        if (DocumentSections.Named.Any(named => named.Section == entry.Key))
        {
            _errors.Add(new ChangeError(key, "", $"'{entry.Key}' is no setting: each of its entries is a document of its own", null));
            return;
        }
        _settings.Add(entry);
    }

    private void AddZone(DocumentKey key, MapEntry entry)
    {
        if (RecordsName.NormaliseZone(key.Name) is var name && name != key.Name)
        {
            _errors.Add(new ChangeError(key, "", "a zone's document is named in lower case and without a final dot", name));
            return;
        }
        if (entry.Value is MapNode map)
        {
            foreach (MapEntry misplaced in map.Entries.Where(found => found.Key is DocumentSections.Records or DocumentSections.File))
            {
                string message = misplaced.Key == DocumentSections.Records
                    ? "the records of a zone are documents of their own, one for each owner"
                    : "a zone in the store has no master file: 'meridian apply' takes the records out of it";
                _errors.Add(new ChangeError(key, $"/{misplaced.Key}", message, null));
            }
        }
        _zones[key.Name] = entry;
    }

    private void AddRecords(DocumentKey key, SourcePosition position, ConfigNode node)
    {
        if (!RecordsName.TrySplit(key.Name, out string? zone, out string? owner))
        {
            _errors.Add(new ChangeError(key, "", $"'{key.Name}' does not name an owner: expected ZONE/OWNER, such as example.com/www", null));
            return;
        }
        string expected = RecordsName.Of(RecordsName.NormaliseZone(zone), RecordsName.NormaliseOwner(zone, owner));
        if (expected != key.Name)
        {
            _errors.Add(new ChangeError(key, "", "an owner's document is named in lower case, with the owner relative to its zone", expected));
            return;
        }
        AddTo(_records, zone, new MapEntry(owner, position, node));
    }

    private MapEntry WithRecords(MapEntry zone)
    {
        if (zone.Value is not MapNode map || !_records.TryGetValue(zone.Key, out List<MapEntry>? owners))
        {
            return zone;
        }
        MapEntry records = new(DocumentSections.Records, map.Position, Sorted(owners));
        return zone with { Value = new MapNode(map.Position, map.Entries.Add(records)) };
    }

    private static MapNode Sorted(List<MapEntry> entries)
    {
        entries.Sort((a, b) => string.CompareOrdinal(a.Key, b.Key));
        return new MapNode(entries.Count > 0 ? entries[0].KeyPosition : Nowhere, [.. entries]);
    }

    private static void AddTo(IDictionary<string, List<MapEntry>> lists, string list, MapEntry entry)
    {
        if (!lists.TryGetValue(list, out List<MapEntry>? entries))
        {
            lists.Add(list, entries = []);
        }
        entries.Add(entry);
    }
}

using System.Collections.Immutable;
using Meridian.Control.Configuration.Sections;
using Meridian.Control.Configuration.Yaml;

namespace Meridian.Control.Configuration.Reading;

/// <summary>
/// Puts the documents of a directory together: sections of named things are united, everything else can be in one document
/// only. Nothing overrides anything: what is given twice is an error that names both places.
/// </summary>
internal sealed class DocumentMerge(Diagnostics diagnostics)
{
    private static readonly ImmutableArray<string> United =
    [
        RootSection.Sites.Name, RootSection.Monitors.Name, RootSection.Pools.Name, RootSection.Policies.Name,
        RootSection.Collections.Name, RootSection.DelegationSets.Name, RootSection.TrafficPolicies.Name, RootSection.TrafficPolicyInstances.Name,
        RootSection.UpdateKeys.Name, RootSection.Zones.Name, RootSection.Overrides.Name, RootSection.Notify.Name, RootSection.Views.Name,
    ];

    private readonly List<MapEntry> _entries = [];
    private readonly Dictionary<string, int> _indexes = new(StringComparer.Ordinal);
    private SourcePosition? _start;

    /// <summary>Adds a document's root; null for an empty document.</summary>
    public void Add(ConfigNode? root)
    {
        if (root is not MapNode map)
        {
            if (root is not null)
            {
                diagnostics.Error(
                    root.Position,
                    "",
                    $"expected a map with keys such as listen, pools, zones; found {root.Describe()}");
            }
            return;
        }
        _start ??= map.Position;
        foreach (MapEntry entry in map.Entries)
        {
            AddEntry(entry);
        }
    }

    /// <summary>Everything together.</summary>
    /// <param name="path">Stands for the position when no document has any content.</param>
    public MapNode ToMap(string path) => new(_start ?? new SourcePosition(path, 1, 1), [.. _entries]);

    private void AddEntry(MapEntry entry)
    {
        if (!_indexes.TryGetValue(entry.Key, out int index))
        {
            _indexes.Add(entry.Key, _entries.Count);
            _entries.Add(entry);
            return;
        }
        MapEntry first = _entries[index];
        if (!United.Contains(entry.Key))
        {
            ReportTwice(entry, first, entry.Key);
        }
        else if (entry.Value is MapNode more && first.Value is MapNode some)
        {
            _entries[index] = first with { Value = Unite(entry.Key, some, more) };
        }
        else if (first.Value is ScalarNode { IsNull: true })
        {
            _entries[index] = entry;
        }
        else if (entry.Value is not ScalarNode { IsNull: true } and not MapNode)
        {
            diagnostics.Error(
                entry.Value.Position, entry.Key, $"expected a map of names, found {entry.Value.Describe()}");
        }
    }

    private MapNode Unite(string section, MapNode some, MapNode more)
    {
        Dictionary<string, MapEntry> seen = some.Entries.ToDictionary(entry => entry.Key, StringComparer.Ordinal);
        ImmutableArray<MapEntry>.Builder all = some.Entries.ToBuilder();
        foreach (MapEntry entry in more.Entries)
        {
            if (seen.TryAdd(entry.Key, entry))
            {
                all.Add(entry);
            }
            else
            {
                ReportTwice(entry, seen[entry.Key], $"{section}/{entry.Key}");
            }
        }
        return new MapNode(some.Position, all.ToImmutable());
    }

    private void ReportTwice(MapEntry entry, MapEntry first, string path) =>
        diagnostics.Error(
            entry.KeyPosition,
            path,
            $"the key '{entry.Key}' is given twice; it was first given at {first.KeyPosition}");
}

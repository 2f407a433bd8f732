using System.Globalization;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes.Documents;
using Meridian.Control.Configuration;
using Meridian.Control.Configuration.Yaml;

namespace Meridian.Control.Changes.Planning;

/// <summary>What changes in documents, as lines that a person reads: records one by one, everything else value by value.</summary>
public static class DocumentDiffer
{
    // Bodies that are stored were bounded when they were written.
    private static readonly ConfigurationLimits Limits = new();

    /// <summary>Compares two versions of one document; either may be missing.</summary>
    public static DocumentDiff Compare(DocumentKey key, DocumentBody? before, DocumentBody? after)
    {
        DiffKind kind = before is null ? DiffKind.Added : after is null ? DiffKind.Removed : DiffKind.Changed;
        List<string> old = LinesOf(key, before);
        List<string> now = LinesOf(key, after);
        HashSet<string> kept = [.. old.Intersect(now, StringComparer.Ordinal)];
        return new DocumentDiff(
            key,
            kind,
            [
                .. old.Where(line => !kept.Contains(line)).Select(line => new DiffLine(false, line)),
                .. now.Where(line => !kept.Contains(line)).Select(line => new DiffLine(true, line)),
            ]);
    }

    private static List<string> LinesOf(DocumentKey key, DocumentBody? body)
    {
        List<string> lines = [];
        if (body is not { } content || !DocumentJson.TryRead(content.Utf8, "", Limits, out ConfigNode? root, out _))
        {
            return lines;
        }
        if (key.Kind == DocumentKinds.Records && root is MapNode types && RecordsName.TrySplit(key.Name, out string? zone, out string? owner))
        {
            // The document's name tells which of several zones of the name it is.
            zone = RecordsName.WithoutLabel(zone);
            AddRecords(lines, owner == "@" ? $"{zone}." : zone == "." ? $"{owner}." : $"{owner}.{zone}.", types);
        }
        else
        {
            AddValues(lines, "", root);
        }
        return lines;
    }

    private static void AddRecords(List<string> lines, string name, MapNode types)
    {
        string? shared = types.Find("ttl")?.Value is ScalarNode { Text: var text } ? text : null;
        bool rotates = types.Find("rotate")?.Value is ScalarNode { Text: "true" };
        foreach (MapEntry type in types.Entries.Where(entry => entry.Key is not ("ttl" or "rotate")))
        {
            ConfigNode data = type.Value;
            string ttl = shared is null ? "" : $" {shared}";
            string suffix = rotates && data is ListNode ? " (rotated)" : "";
            if (data is MapNode map && map.Find("data")?.Value is { } inner)
            {
                ttl = map.Find("ttl")?.Value is ScalarNode { Text: var own } ? $" {own}" : ttl;
                data = inner;
            }
            foreach (ConfigNode value in data is ListNode list ? list.Items : [data])
            {
                lines.Add($"{name}{ttl} {type.Key} {(value is ScalarNode { IsNull: false } scalar ? scalar.Text : YamlText.WriteValue(value))}{suffix}");
            }
        }
    }

    private static void AddValues(List<string> lines, string path, ConfigNode node)
    {
        switch (node)
        {
            case MapNode { Entries.IsEmpty: false } map:
                foreach (MapEntry entry in map.Entries)
                {
                    AddValues(lines, path.Length == 0 ? entry.Key : $"{path}/{entry.Key}", entry.Value);
                }
                break;
            case ListNode { Items.IsEmpty: false } list:
                // Items by what they are, not by their place: one that is taken out does not change those behind it.
                lines.AddRange(list.Items.Select(item => string.Create(CultureInfo.InvariantCulture, $"{path}: {YamlText.WriteValue(item)}")));
                break;
            default:
                lines.Add($"{path}: {YamlText.WriteValue(node)}");
                break;
        }
    }
}

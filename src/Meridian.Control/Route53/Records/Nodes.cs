using Meridian.Control.Configuration;
using Meridian.Control.Configuration.Yaml;

namespace Meridian.Control.Route53.Records;

/// <summary>Makes nodes of documents that come from no file.</summary>
internal static class Nodes
{
    public static readonly SourcePosition Nowhere = new("", 0, 0);

    public static readonly MapNode Empty = new(Nowhere, []);

    public static ScalarNode Text(string text) => new(Nowhere, text, isPlain: false);

    /// <summary>A number or a truth value.</summary>
    public static ScalarNode Plain(string text) => new(Nowhere, text, isPlain: true);

    public static ScalarNode Boolean(bool value) => Plain(value ? "true" : "false");

    public static ListNode Texts(IEnumerable<string> texts) => new(Nowhere, [.. texts.Select(Text)]);

    public static MapEntry Entry(string key, ConfigNode value) => new(key, Nowhere, value);

    public static MapNode Map(IEnumerable<MapEntry> entries) => new(Nowhere, [.. entries]);

    public static MapNode Map(params ReadOnlySpan<MapEntry> entries) => new(Nowhere, [.. entries]);

    /// <summary>The map with a key written anew, at its place or at the end; without it for null.</summary>
    public static MapNode With(this MapNode map, string key, ConfigNode? value)
    {
        if (value is null)
        {
            return Map(map.Entries.Where(entry => entry.Key != key));
        }
        return map.Find(key) is null
            ? Map(map.Entries.Append(Entry(key, value)))
            : Map(map.Entries.Select(entry => entry.Key == key ? entry with { Value = value } : entry));
    }

    /// <summary>The text of a key; null when it is not there.</summary>
    public static string? TextOf(this MapNode map, string key) => map.Find(key)?.Value is ScalarNode { IsNull: false } scalar ? scalar.Text : null;

    public static MapNode? MapOf(this MapNode map, string key) => map.Find(key)?.Value as MapNode;

    public static bool IsTrue(this MapNode map, string key) => map.TextOf(key) == "true";

    /// <summary>The texts of a list, or the one of a scalar; none when the key is not there.</summary>
    public static IEnumerable<string> TextsOf(this MapNode map, string key) => map.Find(key)?.Value switch
    {
        ListNode list => list.Items.OfType<ScalarNode>().Select(item => item.Text),
        ScalarNode { IsNull: false } scalar => [scalar.Text],
        _ => [],
    };
}

using System.Collections.Immutable;

namespace Meridian.Control.Configuration.Yaml;

/// <summary>A value of a YAML document that knows where it was written.</summary>
internal abstract class ConfigNode(SourcePosition position)
{
    public SourcePosition Position { get; } = position;

    /// <summary>What it is, for messages: "a list", "'10'".</summary>
    public abstract string Describe();
}

/// <summary>
/// A text. Types are the readers' business: <c>no</c>, <c>1.10</c> and <c>2026-01-01</c> stay what they look like.
/// </summary>
internal sealed class ScalarNode(SourcePosition position, string text, bool isPlain) : ConfigNode(position)
{
    private const int DescribedLengthMax = 40;

    public string Text { get; } = text;

    /// <summary>Whether it was written without quotes.</summary>
    public bool IsPlain { get; } = isPlain;

    /// <summary>Whether nothing was written: an empty value, <c>~</c> or <c>null</c> without quotes.</summary>
    public bool IsNull { get; } = isPlain && text is ("" or "~" or "null");

    public override string Describe()
    {
        if (IsNull)
        {
            return "nothing";
        }
        string shown = Text.Length <= DescribedLengthMax ? Text : string.Concat(
            Text.AsSpan(0, DescribedLengthMax), "…");
        return $"'{shown.ReplaceLineEndings(" ")}'";
    }
}

/// <summary>A sequence.</summary>
internal sealed class ListNode(SourcePosition position, ImmutableArray<ConfigNode> items) : ConfigNode(position)
{
    public ImmutableArray<ConfigNode> Items { get; } = items;

    public override string Describe() => "a list";
}

/// <summary>A mapping in the order in which it was written, each key once.</summary>
internal sealed class MapNode(SourcePosition position, ImmutableArray<MapEntry> entries) : ConfigNode(position)
{
    public ImmutableArray<MapEntry> Entries { get; } = entries;

    public MapEntry? Find(string key)
    {
        foreach (MapEntry entry in Entries)
        {
            if (entry.Key == key)
            {
                return entry;
            }
        }
        return null;
    }

    public override string Describe() => "a map";
}

/// <summary>A key with its value.</summary>
internal readonly record struct MapEntry(string Key, SourcePosition KeyPosition, ConfigNode Value);

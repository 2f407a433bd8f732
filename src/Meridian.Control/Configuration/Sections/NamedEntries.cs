using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Yaml;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads a map whose keys are the operator's names and whose values all have one schema.</summary>
internal static partial class NamedEntries
{
    /// <summary>Reads one entry; null when the definition is too broken to stand for anything.</summary>
    public delegate T? EntryReader<T>(ReadContext context, string name, ConfigNode node, string path);

    /// <summary>Reads the section of this key; empty when it is absent, or written without entries.</summary>
    public static ImmutableSortedDictionary<string, T> Read<T>(MapReader root, SchemaKey key, EntryReader<T> read)
        where T : class
    {
        ImmutableSortedDictionary<string, T>.Builder entries = ImmutableSortedDictionary.CreateBuilder<string, T>(StringComparer.Ordinal);
        foreach (MapEntry entry in Entries(root, key))
        {
            string path = $"{key.Name}/{entry.Key}";
            root.Context.Positions.Add(path, entry.KeyPosition);
            if (!ValidName().IsMatch(entry.Key))
            {
                root.Context.Diagnostics.Error(
                    entry.KeyPosition,
                    path,
                    $"'{entry.Key}' cannot be a name: expected up to 63 letters, digits, '-', '_' and '.', beginning "
                        + "with a letter or digit");
            }
            if (read(root.Context, entry.Key, entry.Value, path) is { } value)
            {
                entries[entry.Key] = value;
            }
        }
        return entries.ToImmutable();
    }

    /// <summary>
    /// The entries of a map of names; none, with an error unless the value is blank, when it is something else.
    /// </summary>
    public static ImmutableArray<MapEntry> Entries(MapReader reader, SchemaKey key)
    {
        switch (reader.Find(key))
        {
            case null or ScalarNode { IsNull: true }:
                // `pools:` with all its entries commented out is a section without entries.
                return [];
            case MapNode map:
                return map.Entries;
            case { } other:
                reader.Error(key, $"expected a map of names, found {other.Describe()}");
                return [];
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ValidName();
}

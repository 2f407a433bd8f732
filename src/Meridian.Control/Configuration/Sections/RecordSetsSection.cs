using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Yaml;
using Meridian.Control.Configuration.Zones;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads the record sets of one owner and type: <c>{sets: {IDENTIFIER: {weight: 1, …}}}</c>.</summary>
internal static class RecordSetsSection
{
    /// <summary>Route 53's longest set identifier.</summary>
    private const int MaxIdentifierLength = 128;

    /// <summary>Sets in sets; each is one more decision to understand at night. Traffic policies of Route 53 seldom have three.</summary>
    private const int MaxDepth = 16;

    /// <summary>The key under which sets stand, for one type of an owner and in a set.</summary>
    public static readonly SchemaKey Sets = new(
        "sets", "map of identifiers", "The record sets; an identifier is any text of 1 to 128 characters.");

    private static readonly SectionSchema Schema = new()
    {
        Title = "zones.<name>.records.<owner>.<TYPE> with sets",
        Summary = "",
        Keys = [Sets, Route53Key.Key],
    };

    public static bool HasSets(ConfigNode node) => node is MapNode map && map.Find(Sets.Name) is not null;

    /// <summary>The sets; null, with an error, when any of them is wrong or they do not go together.</summary>
    /// <param name="context">The load.</param>
    /// <param name="node">The value of the type.</param>
    /// <param name="path">Where it is in the model.</param>
    /// <param name="zone">Relative names are completed with its apex.</param>
    /// <param name="owner">Whose records.</param>
    /// <param name="type">Their type.</param>
    /// <param name="ownerTtl">For sets that state none.</param>
    public static ModelList<RecordSetModel>? Read(
        ReadContext context, ConfigNode node, string path, ZoneDraft zone, DomainName owner, RecordType type, uint? ownerTtl)
    {
        if (MapReader.Open(context, node, path, Schema) is not { } map)
        {
            return null;
        }
        if (UnroutableTypes.Explain(type) is { } reason)
        {
            map.Error(Sets, $"{type.ToMnemonic()} records cannot be routed: {reason}");
            return null;
        }
        return ReadSets(map, zone, owner, type, ownerTtl, 1);
    }

    /// <summary>The sets beside the other keys of a map.</summary>
    /// <param name="map">What they are in.</param>
    /// <param name="zone">Relative names are completed with its apex.</param>
    /// <param name="owner">Whose records.</param>
    /// <param name="type">Their type.</param>
    /// <param name="ownerTtl">For sets that state none.</param>
    /// <param name="depth">How many sets they are in, themselves included.</param>
    public static ModelList<RecordSetModel>? ReadSets(MapReader map, ZoneDraft zone, DomainName owner, RecordType type, uint? ownerTtl, int depth)
    {
        ReadContext context = map.Context;
        if (map.Find(Sets) is not MapNode { Entries.Length: > 0 } written)
        {
            map.Error(Sets, "expected at least one record set, such as {blue: {weight: 1, ttl: 60s, values: [192.0.2.1]}}");
            return null;
        }
        if (depth > MaxDepth)
        {
            map.Error(Sets, $"sets are nested more than {MaxDepth} deep");
            return null;
        }
        List<PlacedSet> sets = [];
        foreach (MapEntry entry in written.Entries)
        {
            string setPath = $"{map.PathOf(Sets)}/{entry.Key}";
            context.Positions.Add(setPath, entry.KeyPosition);
            if (entry.Key.Length is 0 or > MaxIdentifierLength)
            {
                context.Diagnostics.Error(entry.KeyPosition, setPath, $"a set's identifier has 1 to {MaxIdentifierLength} characters");
            }
            else if (RecordSetSection.Read(context, entry, setPath, new SetPlace(zone, owner, type, ownerTtl, depth)) is { } set)
            {
                bool hasData = set.Alias is null && set.Sets.Count == 0;
                sets.Add(new PlacedSet(set with { TtlSeconds = hasData ? set.TtlSeconds ?? ownerTtl : null }, entry.KeyPosition, setPath));
            }
        }
        return sets.Count == written.Entries.Length && RecordSetRules.Check(context, type, sets)
            ? [.. sets.Select(placed => placed.Set).OrderBy(set => set.Identifier, StringComparer.Ordinal)]
            : null;
    }
}

/// <summary>Where a set belongs.</summary>
/// <param name="Zone">Relative names are completed with its apex.</param>
/// <param name="Owner">Whose records.</param>
/// <param name="Type">Their type.</param>
/// <param name="OwnerTtl">For sets that state none.</param>
/// <param name="Depth">How many sets it is in, itself included.</param>
internal readonly record struct SetPlace(ZoneDraft Zone, DomainName Owner, RecordType Type, uint? OwnerTtl, int Depth);

/// <summary>A record set and where it is written.</summary>
internal readonly record struct PlacedSet(RecordSetModel Set, SourcePosition Position, string Path);

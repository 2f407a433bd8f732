using System.Collections.Immutable;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Control.Configuration.Zones;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads one entry of <c>zones</c>: its keys, its inline records and its master file.</summary>
internal static class ZoneSection
{
    private const uint DefaultTtlSeconds = 300;

    private static readonly SchemaKey Soa = new(
        "soa",
        "map",
        "The start of authority. Required unless the master file has one; where both are, they must agree.");

    private static readonly SchemaKey<uint> Ttl = new(
        "ttl", new TtlValue(), DefaultTtlSeconds, "For records that state none.");

    private static readonly SchemaKey<ImmutableArray<string?>> Views = new(
        "views",
        new ListValue<string?>(new ReferenceValue(NameKind.View), "names of views"),
        [],
        "Which clients see the zone. For them it takes the place of a zone of the same name that everybody sees; for everybody else it does not exist.")
    {
        DefaultText = "everybody sees it",
    };

    private static readonly SchemaKey<string?> File = new(
        "file",
        new TextValue("the path of a master file (RFC 1035 §5)", "example.com.zone"),
        null,
        "Its records are merged with those below. A relative path is relative to the file that names it.");

    private static readonly SchemaKey Records = new("records", "map of owner names", "Inline records.");

    private static readonly SchemaKey Guard = new(
        "guard", "map", "How far one change of this zone may go; what is not written is as in `guard` of the top level.");

    private static readonly SchemaKey<bool> Approval = new(
        "second-person", new BooleanValue(), false, "Whether a change of this zone waits until somebody other than its author approves it.");

    private static readonly SchemaKey Owners = new("owners", "map of names", "Who may write which names.")
    {
        DefaultText = "everybody everything",
    };

    public static readonly SectionSchema Schema = new()
    {
        Title = "zones.<name>",
        Summary = "A zone that the server is authoritative for. Its name is absolute; the final dot may be left out. Where several zones have one name, "
            + "for different views, `@` and a label of up to 63 letters, digits, `-` and `_` tell them apart: `example.com@inside`. No client sees the label.",
        Keys = [Soa, Ttl, Views, File, Records, Guard, Approval, Owners, Route53Key.Key],
        Example =
            """
            zones:
              example.com:
                soa: {primary: ns1.example.com., contact: hostmaster@example.com, negative-ttl: 60s}
                ttl: 300s
                file: example.com.zone
                records:
                  "@": {NS: [ns1, ns2], MX: ["10 mail"]}
                  ns1: {A: 192.0.2.53}
                  ns2: {A: 192.0.2.54}
            """,
    };

    /// <summary>Whether a zone gives records that state no TTL this one.</summary>
    public static bool StatesTtl(MapNode zone, uint seconds) => zone.Find(Ttl.Name)?.Value switch
    {
        null => seconds == DefaultTtlSeconds,
        ScalarNode { IsNull: false } written => DurationText.TryParse(written.Text, out TimeSpan ttl) && ttl == TimeSpan.FromSeconds(seconds),
        _ => false,
    };

    /// <summary>Whether two zones say the same of who sees them.</summary>
    public static bool HaveSameViews(MapNode left, MapNode right) => (left.Find(Views.Name), right.Find(Views.Name)) switch
    {
        (null, null) => true,
        ({ } one, { } other) => NodeEquality.AreEqual(one.Value, other.Value),
        _ => false,
    };

    /// <summary>Reads the zone; null when its name or its shape says nothing.</summary>
    public static ZoneDraft? Read(ReadContext context, MapEntry entry)
    {
        string writtenPath = $"{RootSection.Zones.Name}/{entry.Key}";
        if (!ZoneKey.TryParse(entry.Key, out ZoneKey key, out string? problem))
        {
            context.Diagnostics.Error(
                entry.KeyPosition, writtenPath, $"'{entry.Key}' is not a zone's name: {problem}");
            return null;
        }
        string path = $"{RootSection.Zones.Name}/{key}";
        context.Positions.Add(path, entry.KeyPosition);
        if (MapReader.Open(context, entry.Value, path, Schema) is not { } map)
        {
            return null;
        }
        ScalarNode? id = Route53Key.IdIn(map);
        ZoneDraft zone = new(key, entry.KeyPosition, path)
        {
            Route53Id = id?.Text,
            Route53IdPosition = id?.Position,
            DefaultTtlSeconds = map.Read(Ttl),
            Guard = map.Find(Guard) is { } guard ? GuardSection.Read(context, guard, map.PathOf(Guard), context.Guard) : null,
            NeedsApproval = map.Read(Approval),
            Views = [.. map.Read(Views).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            OwnedBy = map.Find(Owners) is { } owners ? OwnersSection.Read(context, owners, map.PathOf(Owners)) : [],
        };
        foreach (MapEntry owner in NamedEntries.Entries(map, Records))
        {
            OwnerSection.Read(context, zone, owner);
        }
        SoaDraft? fromFile = null;
        if (map.TryRead(File, out string? file) && file is not null)
        {
            NamedFile named = new(map.PositionOf(File), map.PathOf(File));
            // Without a TTL here and a start of authority of its own, the file's rules apply: the MINIMUM of its SOA.
            uint? defaultTtl = map.Has(Ttl) || map.Has(Soa) ? zone.DefaultTtlSeconds : null;
            fromFile = ZoneFileReader.Read(
                context, zone, context.ResolvePath(named.Position, file), named, defaultTtl);
        }
        SoaDraft? inline = map.Find(Soa) is { } soa ? SoaSection.Read(context, soa, map.PathOf(Soa), key.Apex) : null;
        zone.Soa = SoaSection.Merge(context, zone, inline, fromFile, map.Has(Soa));
        return zone;
    }
}

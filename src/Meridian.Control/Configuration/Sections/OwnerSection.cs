using System.Collections.Immutable;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Control.Configuration.Zones;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>
/// Reads the inline records of one owner name: record types, and beside them <c>ttl</c> and <c>rotate</c>.
/// </summary>
internal static class OwnerSection
{
    private static readonly SchemaKey<uint?> Ttl = new(
        "ttl", new OptionalValue<uint>(new TtlValue()), null, "For all records of this owner that state none.")
    {
        DefaultText = "the policy's for steered records, then the zone's",
    };

    private static readonly SchemaKey<bool> Rotate = new(
        "rotate", new BooleanValue(), false, "Round robin: static records of this owner are answered in cyclic order.");

    private static readonly SchemaKey AnyType = new(
        "<TYPE>",
        "record data, a list of it, `{data: […], ttl: 60s}`, `{steer: policy}`, `{alias: {to: NAME}}`, or `{sets: {…}}`",
        "A record type (A, AAAA, MX, …, or TYPE12345). Data is written as in a master file, with names relative to the "
            + "zone unless they end with a dot. "
        + "`ALIAS` stands for A and AAAA with the addresses of a name outside. "
        + "A TXT value that does not begin with a quote is one text, split every 255 octets.");

    public static readonly SectionSchema Schema = new()
    {
        Title = "zones.<name>.records.<owner>",
        Summary = "Records of one owner name, relative to the zone: `\"@\"`, `www`, `\"*.dev\"`, or absolute with a "
            + "final dot and inside the zone.",
        Keys = [AnyType, Ttl, Rotate],
        HasOtherKeys = true,
        Example =
            """
            records:
              "@": {NS: [ns1, ns2], MX: ["10 mail"], TXT: "v=spf1 -all"}
              www: {A: {steer: www}, AAAA: {steer: www}}
              api: {A: [203.0.113.1, 203.0.113.2], ttl: 60s, rotate: true}
              app: {A: 203.0.113.9, TXT: {data: "v=1", ttl: 1h}}
            """,
    };

    public static void Read(ReadContext context, ZoneDraft zone, MapEntry entry)
    {
        DomainNameError error = DomainName.TryParse(entry.Key, zone.Apex, out DomainName? owner);
        if (owner is null || !owner.IsSubdomainOf(zone.Apex))
        {
            string message = owner is null
                ? $"'{entry.Key}' is not an owner name: {error.Describe()}"
                : $"{owner} is outside the zone {zone.Apex}";
            context.Diagnostics.Error(entry.KeyPosition, $"{zone.Path}/records/{entry.Key}", message);
            zone.IsComplete = false;
            return;
        }
        string path = zone.PathOf(owner);
        context.Positions.Add(path, entry.KeyPosition);
        NameWarnings.CheckDoubledOrigin(context, owner, zone.Apex, entry.KeyPosition, path);
        if (MapReader.Open(context, entry.Value, path, Schema) is not { } map)
        {
            zone.IsComplete = false;
            return;
        }
        uint? ttl = map.Read(Ttl);
        bool rotate = map.Read(Rotate);
        if (rotate && map.Node.Entries.All(typed => !IsList(typed.Value)))
        {
            context.Diagnostics.Warning(
                map.PositionOf(Rotate), path, "there is nothing to rotate: this owner has no static records in a list");
        }
        foreach (MapEntry typed in map.Node.Entries.Where(typed => typed.Key != Ttl.Name && typed.Key != Rotate.Name))
        {
            string typePath = $"{path}/{typed.Key}";
            context.Positions.Add(typePath, typed.KeyPosition);
            if (OutsideAliasSection.IsAlias(typed.Key))
            {
                ReadAlias(context, zone, owner, typed, typePath, ttl);
                continue;
            }
            if (!TryReadType(context, typed, typePath, out RecordType type)
                || ReadRRset(context, zone, owner, type, typed, typePath, ttl, rotate) is not { } rrset)
            {
                zone.IsComplete = false;
            }
            else
            {
                Add(context, zone, rrset, typed, typePath);
            }
        }
    }

    private static void ReadAlias(ReadContext context, ZoneDraft zone, DomainName owner, MapEntry typed, string path, uint? ttl)
    {
        ImmutableArray<RRsetDraft> rrsets = OutsideAliasSection.Read(context, zone, owner, typed, path, ttl);
        zone.IsComplete &= !rrsets.IsEmpty;
        foreach (RRsetDraft rrset in rrsets)
        {
            Add(context, zone, rrset, typed, path);
        }
    }

    private static void Add(ReadContext context, ZoneDraft zone, RRsetDraft rrset, MapEntry typed, string path)
    {
        if (!zone.TryAdd(rrset))
        {
            SourcePosition first = zone.Find(rrset.Owner, rrset.Type)?.Position ?? zone.Position;
            context.Diagnostics.Error(
                typed.KeyPosition,
                path,
                $"{rrset.Owner} has {rrset.Type.ToMnemonic()} records already, at {first}: put them together");
        }
    }

    private static bool TryReadType(ReadContext context, MapEntry entry, string path, out RecordType type)
    {
        string? message = null;
        string? suggestion = null;
        if (!RecordTypes.TryParse(entry.Key, out type))
        {
            suggestion = context.Nearest(entry.Key, RecordTypes.KnownMnemonics.Concat([Ttl.Name, Rotate.Name]));
            message = $"'{entry.Key}' is not a record type";
        }
        else if (type == RecordType.SOA)
        {
            message = "the start of authority is written as the zone's key 'soa'";
        }
        else if (type.IsMetaOrQueryType() || type == RecordType.None)
        {
            message = $"{type.ToMnemonic()} can only be asked for: a zone holds no such records (RFC 6895 §3.1)";
        }
        else if (UnservableTypes.Explain(type) is { } reason)
        {
            message = reason;
        }
        if (message is not null)
        {
            context.Diagnostics.Error(entry.KeyPosition, path, message, suggestion);
        }
        return message is null;
    }

    private static bool IsList(ConfigNode value) => value is ListNode || (value is MapNode map && map.Entries.Any(entry => entry.Value is ListNode));

    private static RRsetDraft? ReadRRset(
        ReadContext context,
        ZoneDraft zone,
        DomainName owner,
        RecordType type,
        MapEntry entry,
        string path,
        uint? ttl,
        bool rotate)
    {
        if (StaticSection.IsStatic(entry.Value))
        {
            if (StaticSection.Read(context, entry.Value, path, out uint? dataTtl, out bool? dataRotate) is not { } data)
            {
                return null;
            }
            entry = entry with { Value = data };
            ttl = dataTtl ?? ttl;
            rotate = dataRotate ?? rotate;
        }
        if (RecordSetsSection.HasSets(entry.Value))
        {
            return RecordSetsSection.Read(context, entry.Value, path, zone, owner, type, ttl) is { } sets
                ? new RRsetDraft(owner, type, entry.KeyPosition, path) { Sets = sets }
                : null;
        }
        if (AliasSection.IsAlias(entry.Value))
        {
            return AliasSection.ReadType(context, entry.Value, path, zone, owner, type) is { } alias
                ? new RRsetDraft(owner, type, entry.KeyPosition, path) { Alias = alias }
                : null;
        }
        if (entry.Value is MapNode)
        {
            SteeredDataModel? steering = SteerSection.Read(context, entry.Value, path, type, out uint? ownTtl);
            return steering is null
                ? null
                : new RRsetDraft(owner, type, entry.KeyPosition, path) { TtlSeconds = ownTtl ?? ttl, Steering = steering };
        }
        RRsetDraft rrset = new(owner, type, entry.KeyPosition, path) { TtlSeconds = ttl, Rotate = rotate };
        return RecordData.Read(context, zone, entry.Value, rrset) ? rrset : null;
    }
}

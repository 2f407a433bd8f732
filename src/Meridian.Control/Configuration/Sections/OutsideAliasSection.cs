using System.Collections.Immutable;
using System.Net;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Control.Configuration.Zones;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads <c>ALIAS</c> (or <c>ANAME</c>) of one owner: A and AAAA RRsets with the addresses of a name outside.</summary>
internal static class OutsideAliasSection
{
    private static readonly SchemaKey<string?> To = new(
        "to",
        new TextValue("a domain name", "d1234.cdn.example."),
        null,
        "The name whose addresses are answered, relative to the zone unless it ends with a dot.")
    {
        IsRequired = true,
    };

    private static readonly SchemaKey<uint?> Ttl = new(
        "ttl", new OptionalValue<uint>(new TtlValue()), null, "The longest TTL of the answers; what is left of the target's own lowers it.")
    {
        DefaultText = "the owner's, then the zone's",
    };

    private static readonly SchemaKey<ImmutableArray<RecordType>> Types = new(
        "types",
        new ListValue<RecordType>(new ChoiceValue<RecordType>([("A", RecordType.A), ("AAAA", RecordType.AAAA)]), "A and AAAA"),
        [RecordType.A, RecordType.AAAA],
        "The families that are answered. One that is left out may have records of its own.");

    private static readonly SchemaKey<IPNetwork?> ClientSubnet = new(
        "client-subnet",
        new OptionalValue<IPNetwork>(new NetworkValue()),
        null,
        "The network for which the target is asked (EDNS client subnet, RFC 7871), for targets that answer by it.")
    {
        DefaultText = "none: the target answers for the resolver",
    };

    public static readonly SectionSchema Schema = new()
    {
        Title = "zones.<name>.records.<owner>.ALIAS",
        Summary = "The addresses of a name outside, answered as this owner's own A and AAAA, at the apex too: never a CNAME. `ANAME` is another word "
            + "for it. Other types of the owner stand beside it. The value is the name alone, or a map.",
        Keys = [To, Ttl, Types, ClientSubnet],
        Example =
            """
            records:
              "@": {NS: [ns1, ns2], ALIAS: lb-1234.cloud.example.}
              eu:  {ALIAS: {to: www.cdn.example., ttl: 60s, client-subnet: 192.0.2.0/24}}
            """,
    };

    /// <summary>Whether a key of an owner is this one.</summary>
    public static bool IsAlias(string key) => key is "ALIAS" or "ANAME";

    /// <summary>The RRsets, each of which may be refused yet; none with an error.</summary>
    public static ImmutableArray<RRsetDraft> Read(ReadContext context, ZoneDraft zone, DomainName owner, MapEntry entry, string path, uint? ttl)
    {
        if (entry.Value is ScalarNode { IsNull: false } name)
        {
            return Make(context, zone, owner, entry, path, name.Text, name, ttl, Types.Default, null);
        }
        return MapReader.Open(context, entry.Value, path, Schema) is { } map && map.Read(To) is { } target
            ? Make(context, zone, owner, entry, path, target, map.Find(To)!, map.Read(Ttl) ?? ttl, map.Read(Types), map.Read(ClientSubnet)) // Read right before.
            : [];
    }

    private static ImmutableArray<RRsetDraft> Make(
        ReadContext context,
        ZoneDraft zone,
        DomainName owner,
        MapEntry entry,
        string path,
        string text,
        ConfigNode place,
        uint? ttl,
        ImmutableArray<RecordType> types,
        IPNetwork? subnet)
    {
        DomainNameError error = DomainName.TryParse(text, zone.Apex, out DomainName? target);
        if (target is null)
        {
            context.Error(place, path, $"'{text}' is not a domain name: {error.Describe()}");
            return [];
        }
        if (target == owner || target.IsRoot || target.IsWildcard)
        {
            string reason = target == owner ? "an alias to itself has no addresses" : $"{target} has no addresses";
            context.Error(place, path, reason);
            return [];
        }
        foreach (RecordType type in types)
        {
            // For who speaks of the RRset later: it has no key of its own.
            context.Positions.Add(zone.PathOf(owner, type), place.Position);
        }
        return
        [
            .. types.Distinct().Select(type => new RRsetDraft(owner, type, entry.KeyPosition, zone.PathOf(owner, type))
            {
                TtlSeconds = ttl,
                Outside = new OutsideAliasModel { Target = target, ClientSubnet = subnet },
            }),
        ];
    }
}

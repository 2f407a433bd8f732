using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Control.Configuration.Zones;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads the value of a record type that is an alias: <c>{alias: {to: NAME, evaluate-health: true}}</c>.</summary>
internal static class AliasSection
{
    /// <summary>The key under which an alias stands, for one type of an owner and in a record set.</summary>
    public static readonly SchemaKey Alias = new("alias", "map", "The name whose records of this type are answered instead.");

    private static readonly SchemaKey<string?> To = new(
        "to", new TextValue("a domain name", "lb.example.net."), null,
        "In one of this server's zones: its records of the same type, steered or not. Anywhere else: its addresses, which the server looks up by itself. "
            + "Relative to the zone unless it ends with a dot.")
    {
        IsRequired = true,
    };

    private static readonly SchemaKey<bool> EvaluateHealth = new(
        "evaluate-health", new BooleanValue(), false,
        "Whether the alias is passed over while nothing that it leads to is healthy. Otherwise it counts as healthy.");

    public static readonly SectionSchema Schema = new()
    {
        Title = "zones.<name>.records.<owner>.<TYPE>.alias",
        Summary = "Another name's records, answered with its TTL as though they were this name's own. There is never a CNAME on the wire, so "
            + "an alias may stand at the apex.",
        Keys = [To, EvaluateHealth, Route53Key.Key],
        Example =
            """
            records:
              "@":
                A: {alias: {to: www}}
                AAAA: {alias: {to: lb.example.net.}}
            """,
    };

    private static readonly SectionSchema TypeSchema = new()
    {
        Title = "zones.<name>.records.<owner>.<TYPE> with an alias",
        Summary = "",
        Keys = [Alias],
    };

    public static bool IsAlias(ConfigNode node) => node is MapNode map && map.Find(Alias.Name) is not null;

    /// <summary>Reads the map that stands for a type's data; null with an error.</summary>
    public static AliasModel? ReadType(ReadContext context, ConfigNode node, string path, ZoneDraft zone, DomainName owner, RecordType type)
    {
        if (MapReader.Open(context, node, path, TypeSchema) is not { } map || Read(map, zone) is not { } alias)
        {
            return null;
        }
        if (UnroutableTypes.Explain(type) is { } reason)
        {
            map.Error(Alias, $"{type.ToMnemonic()} records cannot be an alias: {reason}");
            return null;
        }
        if (alias.Target == owner)
        {
            map.Error(Alias, $"{owner} is an alias of itself");
            return null;
        }
        return alias;
    }

    /// <summary>Reads the alias beside the other keys of a map.</summary>
    public static AliasModel? Read(MapReader map, ZoneDraft zone)
    {
        if (map.Find(Alias) is not { } node || MapReader.Open(map.Context, node, map.PathOf(Alias), Schema) is not { } alias)
        {
            return null;
        }
        bool evaluates = alias.Read(EvaluateHealth);
        if (!alias.TryRead(To, out string? to) || to is null)
        {
            return null;
        }
        DomainNameError error = DomainName.TryParse(to, zone.Apex, out DomainName? target);
        if (target is null)
        {
            alias.Error(To, $"'{to}' is not a domain name: {error.Describe()}");
            return null;
        }
        NameWarnings.CheckDoubledOrigin(map.Context, target, zone.Apex, alias.PositionOf(To), alias.PathOf(To));
        return new AliasModel(target, evaluates);
    }
}

/// <summary>Types whose records say something about the zone itself and not about what clients reach: neither routed nor aliased.</summary>
internal static class UnroutableTypes
{
    /// <summary>Why a type can be neither; null when it can.</summary>
    public static string? Explain(RecordType type) => type switch
    {
        RecordType.NS => "where a delegation leads must be the same for everybody",
        RecordType.DS => "it must fit the keys of the child zone for everybody",
        RecordType.DNAME => "it decides which names there are",
        _ => null,
    };
}

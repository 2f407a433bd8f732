using System.Collections.Immutable;
using System.Globalization;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Control.Route53.Names;
using Meridian.Control.Route53.Policies;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Model;

namespace Meridian.Control.Route53.Records;

/// <summary>Record sets as the documents of an owner have them, and back.</summary>
internal static class RecordSetCodec
{
    private const string Sets = "sets";
    private const string Alias = "alias";
    private const string Data = "data";
    private const string Values = "values";
    private const string Verbatim = "verbatim";
    private const string Ttl = "ttl";
    private const string Health = "health";
    private const string Default = "default";
    private const string Route53 = "route53";
    private const string ZoneId = "zone";

    /// <summary>Reads what stands for one type; none when it is nothing that this API could show: a policy decides.</summary>
    public static ImmutableArray<RecordSet> Read(RecordSetContext context, RecordType type, ConfigNode value)
    {
        RecordSet simple = new() { Owner = context.Owner, Type = type };
        switch (value)
        {
            case MapNode when PolicyTree.InstanceOf(value) is { } instance:
                return [simple with { TrafficPolicyInstanceId = instance }];
            case MapNode map when map.MapOf(Sets) is { } nested && nested.Entries.Any(entry => entry.Value is MapNode set && set.Find(Sets) is not null):
                // A tree that somebody wrote by another door: there are no words for it but those of an instance.
                return [];
            case MapNode map when map.MapOf(Sets) is { } sets:
                return
                [
                    .. sets.Entries.Where(entry => entry.Value is MapNode).Select(entry =>
                    {
                        MapNode set = (MapNode)entry.Value; // Filtered right before.
                        return ReadContent(context, simple with { SetIdentifier = entry.Key, Routing = ReadRouting(context, set) }, set, Values);
                    }),
                ];
            case MapNode map when map.MapOf(Alias) is not null || map.Find(Data) is not null:
                return [ReadContent(context, simple, map, Data)];
            case ListNode or ScalarNode:
                return [ReadContent(context, simple, Nodes.Map(Nodes.Entry(Data, value)), Data)];
            default:
                return [];
        }
    }

    /// <summary>What stands for one type with these sets.</summary>
    public static MapNode Write(RecordSetContext context, IReadOnlyList<RecordSet> sets) => sets[0].SetIdentifier is null
        ? Nodes.Map(WriteContent(context, sets[0], Data))
        : Nodes.Map(Nodes.Entry(Sets, Nodes.Map(sets.Select(set =>
            Nodes.Entry(set.SetIdentifier ?? "", Nodes.Map([.. WriteRouting(context, set.Routing), .. WriteContent(context, set, Values)]))))));

    private static RecordSet ReadContent(RecordSetContext context, RecordSet set, MapNode map, string dataKey)
    {
        if (map.MapOf(Alias) is { } alias)
        {
            string to = alias.TextOf("to") ?? "";
            DomainName target = DomainName.TryParse(to, context.Apex, out DomainName? parsed) == DomainNameError.None && parsed is not null ? parsed : DomainName.Root;
            MapNode? own = alias.MapOf(Route53);
            string zone = own?.TextOf(ZoneId) ?? context.ZoneIdOf(target);
            return set with
            {
                Alias = new AliasTarget(zone, target, alias.IsTrue("evaluate-health")),
                HealthCheckId = map.TextOf(Health) ?? own?.TextOf(Health),
            };
        }
        string[] verbatim = [.. map.TextsOf(Verbatim)];
        string[] native = [.. map.TextsOf(dataKey)];
        return set with
        {
            TtlSeconds = TtlOf(map) ?? context.DefaultTtl,
            Values = verbatim.Length == native.Length ? [.. verbatim] : [.. native.Select(value => Route53Rdata.ToApi(set.Type, value, context.Apex))],
            HealthCheckId = map.TextOf(Health),
        };
    }

    private static List<MapEntry> WriteContent(RecordSetContext context, RecordSet set, string dataKey)
    {
        List<MapEntry> entries = [];
        if (set.Alias is { } alias)
        {
            List<MapEntry> to = [Nodes.Entry("to", Nodes.Text(alias.Name.ToString())), Nodes.Entry("evaluate-health", Nodes.Boolean(alias.EvaluatesHealth))];
            List<MapEntry> own = [];
            if (context.ZoneIdOf(alias.Name) != alias.HostedZoneId)
            {
                own.Add(Nodes.Entry(ZoneId, Nodes.Text(alias.HostedZoneId)));
            }
            if (set.HealthCheckId is { } check && set.SetIdentifier is null)
            {
                // On an alias alone at its name a check changes no answer: there is no other set to give instead.
                own.Add(Nodes.Entry(Health, Nodes.Text(check)));
            }
            if (own.Count > 0)
            {
                to.Add(Nodes.Entry(Route53, Nodes.Map(own)));
            }
            entries.Add(Nodes.Entry(Alias, Nodes.Map(to)));
        }
        else
        {
            string[] native = [.. set.Values.Select(value => NativeOf(set.Type, value))];
            entries.Add(Nodes.Entry(Ttl, Nodes.Text(DurationText.Format(TimeSpan.FromSeconds(set.TtlSeconds ?? context.DefaultTtl)))));
            entries.Add(Nodes.Entry(dataKey, Nodes.Texts(native)));
            if (!native.Select(value => Route53Rdata.ToApi(set.Type, value, context.Apex)).SequenceEqual(set.Values, StringComparer.Ordinal))
            {
                entries.Add(Nodes.Entry(Verbatim, Nodes.Texts(set.Values)));
            }
        }
        if (set.HealthCheckId is { } health && (set.Alias is null || set.SetIdentifier is not null))
        {
            entries.Add(Nodes.Entry(Health, Nodes.Text(health)));
        }
        return entries;
    }

    /// <summary>A value as documents have it.</summary>
    public static string NativeOf(RecordType type, string value) =>
        Route53Rdata.TryScan(type, value, out byte[] rdata, out _) ? Route53Rdata.ToNative(type, rdata) : value;

    private static uint? TtlOf(MapNode map) =>
        map.TextOf(Ttl) is { } text && DurationText.TryParse(text, out TimeSpan ttl) ? (uint)ttl.TotalSeconds : null;

    private static Routing? ReadRouting(RecordSetContext context, MapNode set)
    {
        if (set.TextOf("weight") is { } weight)
        {
            return new Routing.Weighted(int.TryParse(weight, CultureInfo.InvariantCulture, out int number) ? number : 0);
        }
        if (set.TextOf("region") is { } region)
        {
            return new Routing.Latency(BareRegion(region));
        }
        if (set.TextOf("failover") is { } failover)
        {
            return new Routing.Failover(failover == "primary");
        }
        if (set.TextOf("place") is { } place)
        {
            return ReadPlace(place);
        }
        int? bias = int.TryParse(set.TextOf("bias"), CultureInfo.InvariantCulture, out int percent) ? percent : null;
        if (set.TextOf("near") is { } near)
        {
            return new Routing.GeoProximity(BareRegion(near), null, null, bias);
        }
        if (set.MapOf("at") is { } at)
        {
            return new Routing.GeoProximity(null, at.TextOf("latitude"), at.TextOf("longitude"), bias);
        }
        if (set.TextOf("collection") is { } collection)
        {
            string location = set.TextOf("location") ?? Default;
            return new Routing.Cidr(context.CollectionIdOf(collection), location == Default ? "*" : location);
        }
        return set.IsTrue("multivalue") ? new Routing.MultiValue() : null;
    }

    /// <summary>The keys that say when a set is the answer.</summary>
    public static IEnumerable<MapEntry> WriteRouting(RecordSetContext context, Routing? routing) => routing switch
    {
        Routing.Weighted weighted => [Nodes.Entry("weight", Nodes.Plain(weighted.Weight.ToString(CultureInfo.InvariantCulture)))],
        Routing.Latency latency => [Nodes.Entry("region", Nodes.Text(latency.Region))],
        Routing.Failover failover => [Nodes.Entry("failover", Nodes.Text(failover.IsPrimary ? "primary" : "secondary"))],
        Routing.GeoLocation geo => [Nodes.Entry("place", Nodes.Text(PlaceOf(geo)))],
        Routing.GeoProximity proximity => WriteProximity(proximity),
        Routing.Cidr cidr =>
        [
            Nodes.Entry("collection", Nodes.Text(context.CollectionNameOf(cidr.CollectionId))),
            Nodes.Entry("location", Nodes.Text(cidr.Location == "*" ? Default : cidr.Location)),
        ],
        _ => [Nodes.Entry("multivalue", Nodes.Boolean(true))],
    };

    private static IEnumerable<MapEntry> WriteProximity(Routing.GeoProximity proximity)
    {
        yield return proximity.Region is { } region
            ? Nodes.Entry("near", Nodes.Text(AwsRegion(region)))
            : Nodes.Entry("at", Nodes.Map(
                Nodes.Entry("latitude", Nodes.Text(proximity.Latitude ?? "0")), Nodes.Entry("longitude", Nodes.Text(proximity.Longitude ?? "0"))));
        if (proximity.Bias is { } bias)
        {
            yield return Nodes.Entry("bias", Nodes.Plain(bias.ToString(CultureInfo.InvariantCulture)));
        }
    }

    private static string PlaceOf(Routing.GeoLocation geo) => geo switch
    {
        { Continent: { } continent } => new PlaceKey(PlaceKind.Continent, continent).ToString(),
        { Country: "*" } => Default,
        { Subdivision: { } subdivision } => $"{geo.Country}-{subdivision}",
        _ => new PlaceKey(PlaceKind.Country, geo.Country ?? "").ToString(),
    };

    private static Routing.GeoLocation? ReadPlace(string place)
    {
        if (place == Default)
        {
            return new Routing.GeoLocation(null, "*", null);
        }
        if (!PlaceKey.TryParse(place, out PlaceKey key))
        {
            return null;
        }
        return key.Kind switch
        {
            PlaceKind.Continent => new Routing.GeoLocation(key.Code, null, null),
            PlaceKind.Subdivision => new Routing.GeoLocation(null, key.Code[..2], key.Code[3..]),
            _ => new Routing.GeoLocation(null, key.Code, null),
        };
    }

    private static string AwsRegion(string region) => $"aws:{region}";

    private static string BareRegion(string region) => region.StartsWith("aws:", StringComparison.Ordinal) ? region[4..] : region;
}

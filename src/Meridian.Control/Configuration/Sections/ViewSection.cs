using System.Collections.Immutable;
using System.Net;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads one entry of <c>views</c>.</summary>
internal static class ViewSection
{
    private static readonly SchemaKey<ImmutableArray<IPNetwork>> Networks = new(
        "networks",
        new ListValue<IPNetwork>(new NetworkValue(), "networks"),
        [],
        "Where its clients' packets come from. No network is in two views; of networks inside each other the longest prefix decides.")
    {
        DefaultText = "nobody is in it yet",
    };

    private static readonly SchemaKey Vpc = new("vpc", "map", "The VPC that stands for this view in the Route 53 API.")
    {
        DefaultText = "none",
    };

    private static readonly SchemaKey<string?> Region = new("region", new TextValue("a region of AWS", "eu-west-1"), null, "As clients of that API name it.")
    {
        IsRequired = true,
    };

    private static readonly SchemaKey<string?> Id = new("id", new TextValue("the id of a VPC", "vpc-0a1b2c3d"), null, "As clients of that API name it.")
    {
        IsRequired = true,
    };

    public static readonly SectionSchema Schema = new()
    {
        Title = "views.<name>",
        Summary = "Clients that see zones of their own (split horizon): those whose packets come from one of its networks, whatever a client subnet "
            + "option says. Zones name their views with `views`; see [views](views.md).",
        Keys = [Networks, Vpc, Route53Key.Key],
        Example =
            """
            views:
              inside: {networks: [10.0.0.0/8, "2001:db8:10::/48"]}
              shop: {networks: [10.20.0.0/16], vpc: {region: eu-west-1, id: vpc-0a1b2c3d}}
            """,
    };

    public static readonly SectionSchema VpcSchema = new()
    {
        Title = "views.<name>.vpc",
        Summary = "A VPC of the Route 53 API: a name for the view, and no more. Nothing is asked of AWS.",
        Keys = [Region, Id],
    };

    public static ViewModel? Read(ReadContext context, string name, ConfigNode node, string path)
    {
        if (MapReader.Open(context, node, path, Schema) is not { } map)
        {
            return null;
        }
        return new ViewModel
        {
            Name = name,
            Networks = [.. map.Read(Networks)],
            Vpc = map.Find(Vpc) is { } vpc ? ReadVpc(context, vpc, map.PathOf(Vpc)) : null,
        };
    }

    private static VpcModel? ReadVpc(ReadContext context, ConfigNode node, string path) =>
        MapReader.Open(context, node, path, VpcSchema) is { } map && map.Read(Region) is { } region && map.Read(Id) is { } id
            ? new VpcModel(region, id)
            : null;
}

using System.Collections.Immutable;
using System.Net;
using System.Text.RegularExpressions;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads one entry of <c>collections</c>.</summary>
internal static partial class CollectionSection
{
    private static readonly ListValue<IPNetwork> Networks = new(new NetworkValue(), "networks");

    private static readonly SchemaKey Location = new(
        "<location>", Networks.Description, "A name of 1 to 16 letters, digits, '-' and '_', and its networks. No network is in two locations.");

    // What the Route 53 API shows of it, beside its locations.
    private static readonly SchemaKey Route53 = Route53Key.Key;

    public static readonly SectionSchema Schema = new()
    {
        Title = "collections.<name>",
        Summary = "Named sets of client networks, which record sets are routed by (a CIDR collection of Route 53). The longest prefix decides.",
        Keys = [Location, Route53],
        HasOtherKeys = true,
        Example =
            """
            collections:
              offices:
                paris: [192.0.2.0/24, "2001:db8::/48"]
                tokyo: 198.51.100.0/24
            """,
    };

    public static CollectionModel? Read(ReadContext context, string name, ConfigNode node, string path)
    {
        if (MapReader.Open(context, node, path, Schema) is not { } map)
        {
            return null;
        }
        ImmutableSortedDictionary<string, ModelList<IPNetwork>>.Builder locations =
            ImmutableSortedDictionary.CreateBuilder<string, ModelList<IPNetwork>>(StringComparer.Ordinal);
        Dictionary<IPNetwork, string> seen = [];
        foreach (MapEntry entry in map.Node.Entries.Where(entry => entry.Key != Route53.Name))
        {
            string locationPath = $"{path}/{entry.Key}";
            context.Positions.Add(locationPath, entry.KeyPosition);
            if (!ValidLocation().IsMatch(entry.Key) || entry.Key == "default")
            {
                context.Diagnostics.Error(
                    entry.KeyPosition, locationPath, $"'{entry.Key}' cannot be a location: expected 1 to 16 letters, digits, '-' and '_', other than 'default'");
            }
            else if (entry.Value is ListNode { Items.Length: 0 })
            {
                locations[entry.Key] = [];
            }
            else if (Networks.TryRead(context, entry.Value, locationPath, out ImmutableArray<IPNetwork> networks))
            {
                foreach (IPNetwork network in networks.Where(network => !seen.TryAdd(network, entry.Key)))
                {
                    context.Error(entry.Value, locationPath, $"{network} is in the location '{seen[network]}' already");
                }
                locations[entry.Key] = [.. networks];
            }
        }
        return new CollectionModel { Name = name, Locations = locations.ToImmutable() };
    }

    [GeneratedRegex(@"^[0-9A-Za-z_-]{1,16}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ValidLocation();
}

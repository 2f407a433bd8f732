using System.Collections.Immutable;
using System.Net;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Sections;
using Meridian.Dns.Names;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Zones;

/// <summary>What holds between views, and between the zones of several of them: for each client there is one zone of a name.</summary>
internal static class ViewRules
{
    // 1 to 65,000. Far more than anybody has networks apart, and as many as a map of client networks tells apart.
    private const int ViewsMax = 10_000;

    // ::ffff:0:0/96 (RFC 4291 §2.5.5.2) is IPv4.
    private const int MappedLength = 96;

    /// <summary>Checks the views.</summary>
    public static void Check(ReadContext context, ImmutableSortedDictionary<string, ViewModel> views)
    {
        if (views.Count > ViewsMax)
        {
            Report(context, RootSection.Views.Name, $"there are {views.Count} views; at most {ViewsMax} are told apart");
        }
        Dictionary<IPNetwork, string> networks = [];
        Dictionary<VpcModel, string> vpcs = [];
        foreach (ViewModel view in views.Values)
        {
            string path = $"{RootSection.Views.Name}/{view.Name}";
            foreach (IPNetwork network in view.Networks.Where(network => !networks.TryAdd(Unmapped(network), view.Name)))
            {
                string other = networks[Unmapped(network)];
                Report(context, $"{path}/networks", other == view.Name ? $"{network} is in the list twice" : $"{network} is a network of the view '{other}' already");
            }
            if (view.Vpc is { } vpc && !vpcs.TryAdd(vpc, view.Name))
            {
                Report(context, $"{path}/vpc", $"the VPC {vpc.Id} in {vpc.Region} stands for the view '{vpcs[vpc]}' already");
            }
        }
    }

    /// <summary>Checks the zones of a model against each other.</summary>
    public static void CheckZones(ReadContext context, MeridianModel model)
    {
        Dictionary<(DomainName Apex, string View), ZoneKey> seen = [];
        foreach (ZoneModel zone in model.Zones.Values)
        {
            string path = $"{RootSection.Zones.Name}/{zone.Key}";
            if (zone is { IsPrivate: false, Label.Length: > 0 })
            {
                Report(context, path, $"the zone {zone.Key} has no 'views': what everybody sees has no label; name its views, or take '@{zone.Label}' away");
            }
            foreach (string view in zone.Views.Where(view => !seen.TryAdd((zone.Apex, view), zone.Key)))
            {
                ZoneKey other = seen[(zone.Apex, view)];
                // Where only some zones are read, the other may be the one that is read now.
                string at = context.Positions.TryFind(path, out _) ? path : $"{RootSection.Zones.Name}/{other}";
                Report(context, $"{at}/views", $"clients of the view '{view}' see both {other} and {zone.Key}: of two zones of one name they can see one");
            }
        }
    }

    private static void Report(ReadContext context, string path, string message)
    {
        SourcePosition position = context.Positions.TryFind(path, out SourcePosition? found) ? found.Value : new SourcePosition("", 0, 0);
        context.Diagnostics.Error(position, path, message);
    }

    private static IPNetwork Unmapped(IPNetwork network) => network.BaseAddress.IsIPv4MappedToIPv6 && network.PrefixLength >= MappedLength
        ? new IPNetwork(network.BaseAddress.MapToIPv4(), network.PrefixLength - MappedLength)
        : network;
}

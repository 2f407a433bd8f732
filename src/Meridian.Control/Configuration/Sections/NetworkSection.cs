using System.Globalization;
using System.Net;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads a network node.</summary>
internal static class NetworkSection
{
    private static readonly NetworkValue Network = new();

    public static NetworkNode? Read(MapReader map, SchemaKey key, bool isStrict)
    {
        if (map.Find(key) is not MapNode { Entries.Length: > 0 } branches)
        {
            string found = map.Find(key) is MapNode ? "none" : map.Find(key)?.Describe() ?? "nothing";
            map.Error(key, $"expected networks with children, such as {{10.0.0.0/8: inside, AS64500: peer, default: web}}; found {found}");
            return null;
        }
        Dictionary<(IPNetwork? Prefix, uint? System), NetworkBranch> networks = [];
        SteeringNode? fallback = null;
        foreach (MapEntry entry in branches.Entries)
        {
            string path = $"{map.PathOf(key)}/{entry.Key}";
            SteeringNode? child = SteeringNodeSection.ReadChild(map.Context, entry.Value, path);
            if (entry.Key == "default")
            {
                fallback = child;
            }
            else if (TryReadKey(map.Context, entry, path, out IPNetwork? prefix, out uint? system)
                && child is not null && !networks.TryAdd((prefix, system), new NetworkBranch(prefix, system, child)))
            {
                map.Context.Diagnostics.Error(entry.KeyPosition, path, $"the network {entry.Key} is here twice, spelled differently");
            }
        }
        if (branches.Find("default") is null && !isStrict)
        {
            map.Context.Diagnostics.Warning(
                branches.Position, map.PathOf(key), "this network node has no 'default': clients in none of its networks get no answer from it");
        }
        return new NetworkNode([.. networks.Values], fallback, isStrict);
    }

    private static bool TryReadKey(ReadContext context, MapEntry entry, string path, out IPNetwork? prefix, out uint? system)
    {
        prefix = null;
        system = null;
        if (entry.Key.StartsWith("AS", StringComparison.OrdinalIgnoreCase)
            && uint.TryParse(entry.Key.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out uint number))
        {
            system = number;
            return true;
        }
        ScalarNode key = new(entry.KeyPosition, entry.Key, isPlain: false);
        if (!Network.TryRead(context, key, path, out IPNetwork network))
        {
            return false;
        }
        prefix = network;
        return true;
    }
}

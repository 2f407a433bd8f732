using System.Collections.Immutable;
using System.Net;
using Meridian.Engine.Answering;
using Meridian.Engine.Geo;
using Meridian.Engine.Model;

namespace Meridian.Engine.Zones;

/// <summary>
/// Which view a client is in: that of the longest network around the source address of its packets. Never by a client subnet
/// option, which anybody can write whatever he likes into (RFC 7871 §11.1): it is about where to send a client, and views are
/// about what it may see. Immutable.
/// </summary>
internal sealed class ViewMap
{
    private const int Nobody = 0;
    private const uint Loopback = 0x7F00_0001;

    private readonly GeoMap _map;

    private ViewMap(ImmutableSortedDictionary<string, ViewModel> views, string[] names, GeoMap map)
    {
        Views = views;
        Names = names;
        _map = map;
    }

    /// <summary>What it was made of.</summary>
    public ImmutableSortedDictionary<string, ViewModel> Views { get; }

    /// <summary>The names of the views by their numbers. Never written again; which array it is tells this map from others.</summary>
    public string[] Names { get; }

    /// <summary>The address space by view.</summary>
    public ViewPartition Partition => new(_map, [null, .. Names]);

    public static ViewMap Create(ImmutableSortedDictionary<string, ViewModel> views)
    {
        string[] names = [.. views.Keys];
        (IPNetwork Network, int Depth, int Number)[] networks =
        [
            .. views.Values.SelectMany((view, number) => view.Networks.Select(network => (network, NetworkPrefix.From(network).Length, number))),
        ];
        PlaceTrieBuilder trie = new();
        // Shortest first, so that of two networks around an address the longer one is laid over the other. The two families
        // are trees of their own, so their lengths need not be compared.
        foreach ((IPNetwork network, _, int number) in networks.OrderBy(network => network.Depth))
        {
            trie.Overlay(network, _ => number + 1);
        }
        ushort[] classes = new ushort[names.Length + 1];
        for (int i = 0; i < classes.Length; i++)
        {
            classes[i] = (ushort)i;
        }
        return new ViewMap(views, names, GeoMap.Compile(trie.ToTrie(), classes));
    }

    /// <summary>The number of a client's view among the views by name, or −1.</summary>
    public int Find(ClientAddress source) => _map.Find(source, out _) - 1;

    /// <summary>The name of a client's view; null for a client of none.</summary>
    public string? NameOf(ClientAddress source) => _map.Find(source, out _) is var found && found != Nobody ? Names[found - 1] : null;

    /// <summary>
    /// Addresses of which each view, and who is in none, has at least one where it has any: a longer network of another view may
    /// take the beginning and the end of a network. What address a client has makes no difference between two where networks
    /// begin or end.
    /// </summary>
    /// <param name="first">The views whose networks come first.</param>
    public IEnumerable<ClientAddress> Sources(IReadOnlyCollection<string> first)
    {
        // Nobody in particular, who in most configurations is in no view.
        yield return ClientAddress.FromIPv4(Loopback);
        NetworkPrefix[] networks =
        [
            .. first.Concat(Names.Where(name => !first.Contains(name))).SelectMany(name => Views[name].Networks).Select(NetworkPrefix.From),
        ];
        foreach (NetworkPrefix network in networks)
        {
            yield return network.First;
        }
        foreach (NetworkPrefix network in networks)
        {
            if (network.TryFindBehind(out ClientAddress behind))
            {
                yield return behind;
            }
        }
        yield return ClientAddress.FromIPv4(0);
        yield return default;
    }

    public int NumberOf(string name) => Array.BinarySearch(Names, name, StringComparer.Ordinal);
}

using System.Collections.Immutable;
using System.Net;
using System.Runtime.InteropServices;
using Meridian.Engine.Answering;

namespace Meridian.Engine.Geo;

/// <summary>
/// The client address space as a set of policies sees it: the places of a database, cut further by the networks that the
/// policies name. All addresses of a cell are in the same place and in the same networks. Immutable.
/// </summary>
internal sealed class ClientPartition
{
    private readonly PlaceTrie _trie;
    private readonly ImmutableArray<Place> _places;
    private readonly (int Place, int Network)[] _cells;
    // For each network those that hold it, itself first: longest first.
    private readonly NetworkPrefix[][] _chains;

    private ClientPartition(PlaceTrie trie, ImmutableArray<Place> places, (int Place, int Network)[] cells, NetworkPrefix[][] chains)
    {
        _trie = trie;
        _places = places;
        _cells = cells;
        _chains = chains;
    }

    public int CellCount => _cells.Length;

    public ClientCell this[int cell] => new(
        _places[_cells[cell].Place], _cells[cell].Network < 0 ? [] : _chains[_cells[cell].Network]);

    /// <summary>Cuts a database by networks.</summary>
    /// <param name="places">The database.</param>
    /// <param name="networks">In any order, with repetitions.</param>
    public static ClientPartition Create(PlaceDatabase places, IEnumerable<IPNetwork> networks)
    {
        // Shortest first, so that of two networks around an address the longer one is laid over the other.
        (NetworkPrefix Prefix, IPNetwork Network)[] cuts =
        [
            .. networks.Select(network => (Prefix: NetworkPrefix.From(network), Network: network))
                .DistinctBy(cut => cut.Prefix)
                .OrderBy(cut => cut.Prefix.Length),
        ];
        List<(int Place, int Network)> cells = [.. Enumerable.Range(0, places.Places.Length).Select(place => (place, -1))];
        if (cuts.Length == 0)
        {
            return new ClientPartition(places.Trie, places.Places, [.. cells], []);
        }
        PlaceTrieBuilder trie = new(places.Trie);
        for (int i = 0; i < cuts.Length; i++)
        {
            int network = i;
            Dictionary<int, int> cellOfPlace = [];
            trie.Overlay(cuts[i].Network, before => CellFor(before, network, cells, cellOfPlace));
        }
        return new ClientPartition(trie.ToTrie(), places.Places, [.. cells], ChainsOf([.. cuts.Select(cut => cut.Prefix)]));
    }

    /// <summary>The cell of an address, and how many of its bits it took to tell.</summary>
    public int Find(ClientAddress address, out int prefixLength) => _trie.Find(address, out prefixLength);

    /// <summary>Compiles classes of cells into a map, as <see cref="PlaceDatabase.Compile"/> does classes of places.</summary>
    public GeoMap Compile(ReadOnlySpan<ushort> classOfCell) => GeoMap.Compile(_trie, classOfCell);

    private static int CellFor(int before, int network, List<(int Place, int Network)> cells, Dictionary<int, int> cellOfPlace)
    {
        int place = cells[before].Place;
        ref int cell = ref CollectionsMarshal.GetValueRefOrAddDefault(cellOfPlace, place, out bool known);
        if (!known)
        {
            cell = cells.Count;
            cells.Add((place, network));
        }
        return cell;
    }

    private static NetworkPrefix[][] ChainsOf(NetworkPrefix[] prefixes)
    {
        Dictionary<NetworkPrefix, int> known = [];
        NetworkPrefix[][] chains = new NetworkPrefix[prefixes.Length][];
        for (int i = 0; i < prefixes.Length; i++)
        {
            chains[i] = [prefixes[i], .. ParentOf(prefixes[i], known) is { } parent ? chains[parent] : []];
            known.Add(prefixes[i], i);
        }
        return chains;
    }

    // Prefixes come shortest first, so the longest known one around a prefix has its own chain already.
    private static int? ParentOf(NetworkPrefix prefix, Dictionary<NetworkPrefix, int> known)
    {
        for (int length = prefix.Length - 1; length >= 0; length--)
        {
            if (known.TryGetValue(prefix with { First = prefix.First.Mask(length), Length = length }, out int parent))
            {
                return parent;
            }
        }
        return null;
    }
}

/// <summary>What is known of the clients of one cell.</summary>
/// <param name="Place">Where they are.</param>
/// <param name="Networks">Those of the partition's networks that hold them, longest first.</param>
internal readonly record struct ClientCell(Place Place, ReadOnlyMemory<NetworkPrefix> Networks)
{
    public static ClientCell Unknown { get; } = new(Place.Unknown, ReadOnlyMemory<NetworkPrefix>.Empty);
}

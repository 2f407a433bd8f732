using System.Net;
using System.Net.Sockets;
using Meridian.Engine.Answering;

namespace Meridian.Engine.Geo;

/// <summary>Grows a <see cref="PlaceTrie"/>.</summary>
internal sealed class PlaceTrieBuilder
{
    private const int MappedPrefixLength = 96;

    private const int FirstCapacity = 64;

    private int[] _nodes;
    private int _nodeCount;

    /// <summary>Starts with a trie in which every address has the unknown place.</summary>
    public PlaceTrieBuilder()
    {
        _nodes = new int[FirstCapacity];
    }

    /// <summary>Starts with a copy of a trie.</summary>
    public PlaceTrieBuilder(PlaceTrie trie)
    {
        _nodes = [.. trie.Nodes];
        _nodeCount = trie.Nodes.Length / 2;
        IPv4Root = trie.IPv4Root;
        IPv6Root = trie.IPv6Root;
    }

    public int IPv4Root { get; set; } = PlaceTrie.Leaf(0);

    public int IPv6Root { get; set; } = PlaceTrie.Leaf(0);

    /// <summary>Adds a node, and returns its record.</summary>
    public int AddNode(int zero, int one)
    {
        if (2 * _nodeCount == _nodes.Length)
        {
            Array.Resize(ref _nodes, Math.Max(FirstCapacity, 2 * _nodes.Length));
        }
        Link(_nodeCount, zero, one);
        return _nodeCount++;
    }

    /// <summary>Sets both records of a node.</summary>
    public void Link(int node, int zero, int one) => (_nodes[2 * node], _nodes[(2 * node) + 1]) = (zero, one);

    /// <summary>Gives every address of a network another place, made of the one it had.</summary>
    /// <param name="network">IPv4-mapped networks count as IPv4 ones.</param>
    /// <param name="change">From the index of the place before to the index of the place after.</param>
    public void Overlay(IPNetwork network, Func<int, int> change)
    {
        ClientAddress first = ClientAddress.FromIPAddress(network.BaseAddress);
        bool isWritten4 = network.BaseAddress.AddressFamily == AddressFamily.InterNetwork;
        if (isWritten4 || (first.IsIPv4 && network.PrefixLength >= MappedPrefixLength))
        {
            int length = isWritten4 ? network.PrefixLength : network.PrefixLength - MappedPrefixLength;
            IPv4Root = Overlay(IPv4Root, (ulong)first.IPv4 << 32, 0, length, change);
        }
        else
        {
            IPv6Root = Overlay(IPv6Root, first.High, first.Low, network.PrefixLength, change);
        }
    }

    /// <summary>The trie as it is now.</summary>
    public PlaceTrie ToTrie() => new(_nodes[..(2 * _nodeCount)], IPv4Root, IPv6Root);

    // The bits that are left stand at the top of the two words.
    private int Overlay(int record, ulong high, ulong low, int bitsLeft, Func<int, int> change)
    {
        if (bitsLeft == 0)
        {
            return ChangeLeaves(record, change);
        }
        int node = record < 0 ? AddNode(record, record) : record;
        int slot = (2 * node) + (int)(high >> 63);
        int changed = Overlay(_nodes[slot], (high << 1) | (low >> 63), low << 1, bitsLeft - 1, change);
        _nodes[slot] = changed;
        return node;
    }

    private int ChangeLeaves(int record, Func<int, int> change)
    {
        if (record < 0)
        {
            return PlaceTrie.Leaf(change(PlaceTrie.PlaceOf(record)));
        }
        int zero = ChangeLeaves(_nodes[2 * record], change);
        int one = ChangeLeaves(_nodes[(2 * record) + 1], change);
        if (zero < 0 && zero == one)
        {
            // The whole network is one place now; its nodes stay behind unused until the next copy of the file.
            return zero;
        }
        Link(record, zero, one);
        return record;
    }
}

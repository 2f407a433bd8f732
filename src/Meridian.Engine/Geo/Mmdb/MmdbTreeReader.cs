using System.Collections;

namespace Meridian.Engine.Geo.Mmdb;

/// <summary>
/// Turns the search tree of a file into a trie. In a file for IPv6, IPv4 lives at ::/96, and other prefixes (::ffff:0:0/96,
/// 2002::/16, 2001::/32) may lead to the same nodes. The alias at ::ffff:0:0/96 is the IPv4 trie itself, as that is how a
/// <see cref="Answering.ClientAddress"/> holds IPv4; the others are cut: 6to4 (deprecated by RFC 7526) and Teredo clients
/// have no known place unless the file gives them one of their own. Any other node reached twice is an error, so the work
/// is bounded by the length of the file.
/// </summary>
internal ref struct MmdbTreeReader(MmdbFile file, PlaceCatalog catalog)
{
    private const int IPv4Bits = 32;
    private const int IPv6Bits = 128;
    private const int IPv4PrefixLength = IPv6Bits - IPv4Bits;
    private const int MappedOnes = 16;
    private const uint NoAlias = uint.MaxValue;

    private readonly MmdbFile _file = file;
    private readonly uint _nodeCount = file.Metadata.NodeCount;
    private readonly BitArray _isRead = new((int)file.Metadata.NodeCount);
    private readonly PlaceTrieBuilder _trie = new();
    private MmdbPlaceReader _places = new(file, catalog);
    private uint _alias = NoAlias;

    /// <summary>Reads the whole tree and adds its places to the catalog.</summary>
    public PlaceTrie Read()
    {
        if (_file.Metadata.IpVersion == 4)
        {
            _trie.IPv4Root = Copy(0, IPv4Bits);
            return _trie.ToTrie();
        }
        uint root = Descend(Descend(0, 0, IPv4PrefixLength - MappedOnes), 0, MappedOnes);
        if (root == _nodeCount)
        {
            // Nothing at ::/96: some writers put IPv4 only where its mapped form is.
            root = Descend(Descend(0, 0, IPv4PrefixLength - MappedOnes), 1, MappedOnes);
        }
        _trie.IPv4Root = Copy(root, IPv4Bits);
        _alias = root < _nodeCount ? root : NoAlias;
        _trie.IPv6Root = Copy(0, IPv6Bits);
        return _trie.ToTrie();
    }

    private readonly uint Descend(uint record, int bit, int levels)
    {
        for (int i = 0; i < levels && record < _nodeCount; i++)
        {
            record = _file.ReadRecord(record, bit);
        }
        return record;
    }

    // Recursion is as deep as an address has bits.
    private int Copy(uint record, int bitsLeft)
    {
        if (record == _nodeCount || record == _alias)
        {
            return PlaceTrie.Leaf(0);
        }
        if (record > _nodeCount)
        {
            return PlaceTrie.Leaf(_places.Read(record));
        }
        if (bitsLeft == 0)
        {
            throw new InvalidDataException($"The search tree goes deeper than an address has bits, at node {record}.");
        }
        if (_isRead[(int)record])
        {
            throw new InvalidDataException($"Node {record} of the search tree is reached twice, and is not the start of IPv4.");
        }
        _isRead[(int)record] = true;
        int node = _trie.AddNode(0, 0);
        int zero = Copy(_file.ReadRecord(record, 0), bitsLeft - 1);
        int one = Copy(_file.ReadRecord(record, 1), bitsLeft - 1);
        _trie.Link(node, zero, one);
        return node;
    }
}

using System.Collections.Immutable;
using Meridian.Dns.Records;
using Meridian.Engine.Model;

namespace Meridian.Engine.Zones;

/// <summary>The RRsets of each node while its zone is compiled: chains of indices, because a list per name would weigh more than the names.</summary>
internal sealed class RRsetChains(ImmutableArray<RRsetModel> rrsets)
{
    private const int None = -1;

    // Both hold an index + 1, so that 0 is none. By node: at most one per RRset and one for the apex have any.
    private readonly Dictionary<int, int> _last = [];
    private readonly int[] _next = new int[rrsets.Length];
    private int[] _first = new int[rrsets.Length + 1];

    /// <summary>Puts an RRset at the end of a node's chain.</summary>
    public void Add(int node, int rrset)
    {
        if (node >= _first.Length)
        {
            Array.Resize(ref _first, Math.Max(node + 1, _first.Length * 2));
        }
        if (_first[node] == 0)
        {
            _first[node] = rrset + 1;
            return;
        }
        int last = _last.GetValueOrDefault(node, _first[node] - 1);
        _next[last] = rrset + 1;
        _last[node] = rrset;
    }

    /// <summary>The node's first RRset, or −1.</summary>
    public int First(int node) => node < _first.Length ? _first[node] - 1 : None;

    /// <summary>The one behind another, or −1.</summary>
    public int Next(int rrset) => _next[rrset] - 1;

    /// <summary>The RRset of a type at a node that has one.</summary>
    public RRsetModel Find(int node, RecordType type)
    {
        int at = First(node);
        while (rrsets[at].Type != type)
        {
            at = Next(at);
        }
        return rrsets[at];
    }
}

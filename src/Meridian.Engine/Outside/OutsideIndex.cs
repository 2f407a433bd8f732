using System.Collections.Frozen;
using System.Collections.Immutable;
using Meridian.Dns.Records;
using Meridian.Engine.Model;
using Meridian.Engine.Steering;
using Meridian.Engine.Zones;

namespace Meridian.Engine.Outside;

/// <summary>Which names outside a snapshot answers from, with the numbers under which its parts know them. Immutable.</summary>
internal sealed class OutsideIndex
{
    private readonly FrozenDictionary<OutsideName, int> _numbers;
    private readonly int[]?[] _ofSteered;
    private readonly int[]?[] _ofPool;

    private OutsideIndex(ImmutableArray<OutsideName> names, FrozenDictionary<OutsideName, int> numbers, int[]?[] ofSteered, int[]?[] ofPool)
    {
        Names = names;
        _numbers = numbers;
        _ofSteered = ofSteered;
        _ofPool = ofPool;
    }

    /// <summary>By number.</summary>
    public ImmutableArray<OutsideName> Names { get; }

    /// <summary>Finds the names of a snapshot's parts.</summary>
    /// <param name="model">For the trees between records and pools.</param>
    /// <param name="zones">With the aliases among their steered RRsets.</param>
    /// <param name="pools">In the order of the health table.</param>
    public static OutsideIndex Create(MeridianModel model, ZoneIndex zones, CompiledPool[] pools)
    {
        Numbering numbering = new();
        int[]?[] ofSteered = new int[]?[zones.Zones.Length];
        // By number: a zone may have a hundred thousand steered RRsets, and this is worked out with every change.
        bool[] areAddressed = new bool[model.Policies.Count];
        for (int i = 0; i < ofSteered.Length; i++)
        {
            ImmutableArray<SteeredRRset> steered = zones.Zones[i].Steered;
            for (int at = 0; at < steered.Length; at++)
            {
                if (steered[at].Alias is { } alias)
                {
                    (ofSteered[i] ??= new int[steered.Length])[at] = numbering.NumberOf(alias);
                }
                else if (steered[at].Type is RecordType.A or RecordType.AAAA)
                {
                    areAddressed[steered[at].PolicyIndex] = true;
                }
            }
        }
        HashSet<string> addressed = PoolsOf(model, [.. model.Policies.Keys.Where((_, policy) => areAddressed[policy])]);
        int[]?[] ofPool = [.. pools.Select(pool => addressed.Contains(pool.Model.Name) ? numbering.NumbersOf(pool.Model) : null)];
        ImmutableArray<OutsideName> names = [.. numbering.Names];
        return new OutsideIndex(names, numbering.Numbers.ToFrozenDictionary(), ofSteered, ofPool);
    }

    public bool TryFind(OutsideName name, out int number) => _numbers.TryGetValue(name, out number);

    /// <summary>The number behind an alias.</summary>
    /// <param name="zone">The zone's number.</param>
    /// <param name="steered">Its number among the zone's steered RRsets.</param>
    public int OfAlias(int zone, int steered) => _ofSteered[zone]![steered]; // A zone with an alias has the array.

    /// <summary>For each member of a pool the number of its hostname, or −1; null for a pool whose hostnames nobody resolves.</summary>
    public int[]? OfPool(int pool) => _ofPool[pool];

    /// <summary>The pools that answer with one of these names.</summary>
    public IEnumerable<int> PoolsWith(IReadOnlySet<int> numbers)
    {
        for (int pool = 0; pool < _ofPool.Length; pool++)
        {
            if (_ofPool[pool] is { } members && Array.Exists(members, numbers.Contains))
            {
                yield return pool;
            }
        }
    }

    /// <summary>
    /// The pools that addresses are answered from: only their hostnames are resolved. One that answers a CNAME is answered as
    /// the name that it is.
    /// </summary>
    private static HashSet<string> PoolsOf(MeridianModel model, HashSet<string> policies)
    {
        HashSet<string> pools = new(StringComparer.Ordinal);
        Queue<string> open = new(policies);
        while (open.TryDequeue(out string? name))
        {
            PolicyModel policy = model.Policies[name];
            if (policy.FallbackPool is { } fallback)
            {
                pools.Add(fallback);
            }
            Stack<SteeringNode> nodes = new([policy.Root]);
            while (nodes.TryPop(out SteeringNode? node))
            {
                if (node is PoolNode leaf)
                {
                    pools.Add(leaf.Pool);
                }
                else if (node is PolicyNode reference && policies.Add(reference.Policy))
                {
                    open.Enqueue(reference.Policy);
                }
                foreach (SteeringNode child in node.Children)
                {
                    nodes.Push(child);
                }
            }
        }
        return pools;
    }

    private sealed class Numbering
    {
        public Dictionary<OutsideName, int> Numbers { get; } = [];

        public List<OutsideName> Names { get; } = [];

        public int NumberOf(OutsideName name)
        {
            if (Numbers.TryAdd(name, Names.Count))
            {
                Names.Add(name);
            }
            return Numbers[name];
        }

        public int[]? NumbersOf(PoolModel pool) => pool.Members.All(member => member.Hostname is null)
            ? null
            : [.. pool.Members.Select(member => member.Hostname is { } name ? NumberOf(new OutsideName(name, member.ClientSubnet)) : -1)];
    }
}

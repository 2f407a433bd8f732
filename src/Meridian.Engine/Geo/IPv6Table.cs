namespace Meridian.Engine.Geo;

/// <summary>
/// The IPv6 address space, cut into runs. Nearly every border between classes lies between two /64 networks, so a table over
/// the upper halves of addresses does nearly all the work. The few /64 networks with a border inside are split: each is a run
/// of its own in that table, marked by a class that nobody else has, and has a table of its own over the lower halves.
/// Scopes stay exact: a prefix of 64 bits or less that holds a split network has more than one class.
/// </summary>
internal sealed class IPv6Table
{
    /// <summary>The class that marks a split /64 network in the upper table.</summary>
    public const ushort Split = ushort.MaxValue;

    // Global unicast (RFC 4291 §2.4, as IANA assigns it so far): where clients are.
    private const ulong GlobalUnicast = 0x2000_0000_0000_0000;
    private const int GlobalUnicastLength = 3;

    private readonly RunTable<ulong> _upper;
    private readonly ulong[] _splitNetworks;
    private readonly RunTable<ulong>[] _lower;

    /// <param name="runs">All runs; no class is <see cref="Split"/>.</param>
    public IPv6Table(RunCollector<UInt128> runs)
    {
        var upper = new RunCollector<ulong>();
        var networks = new List<ulong>();
        var lower = new List<RunTable<ulong>>();
        for (int run = 0; run < runs.Count;)
        {
            ulong network = (ulong)(runs.Starts[run] >> 64);
            int next = run + 1;
            while (next < runs.Count && (ulong)(runs.Starts[next] >> 64) == network)
            {
                next++;
            }
            if (next == run + 1 && (ulong)runs.Starts[run] == 0)
            {
                upper.Add(network, runs.Classes[run]);
            }
            else
            {
                networks.Add(network);
                lower.Add(SplitNetwork(runs, run, next));
                upper.AddAlone(network, Split);
                bool isLast = network == ulong.MaxValue || (next < runs.Count && runs.Starts[next] == (UInt128)(network + 1) << 64);
                if (!isLast)
                {
                    upper.Add(network + 1, runs.Classes[next - 1]);
                }
            }
            run = next;
        }
        _upper = new RunTable<ulong>(upper, GlobalUnicast, GlobalUnicastLength);
        _splitNetworks = [.. networks];
        _lower = [.. lower];
        MemoryLength = _upper.MemoryLength + ((long)_lower.Length * (sizeof(ulong) + IntPtr.Size))
            + _lower.Sum(static table => table.MemoryLength);
    }

    /// <summary>How many prefixes the runs are, each the shortest in which every address has the same class.</summary>
    public int PrefixCount => _upper.PrefixCount - _lower.Length + _lower.Sum(static table => table.PrefixCount);

    /// <summary>Octets of memory held.</summary>
    public long MemoryLength { get; }

    /// <summary>The class of an address, and the length of the shortest prefix around it in which every address has it.</summary>
    public int Find(ulong high, ulong low, out int prefixLength)
    {
        int classIndex = _upper.Find(high, out prefixLength);
        if (classIndex == Split)
        {
            classIndex = LowerOf(high).Find(low, out int length);
            prefixLength = 64 + length;
        }
        return classIndex;
    }

    /// <summary>Visits the aggregated prefixes in the order of their addresses.</summary>
    public void Visit(GeoMapVisitor visitor) => _upper.Visit((network, length, classIndex) =>
    {
        if (classIndex != Split)
        {
            visitor(new(network, 0), length, classIndex);
            return;
        }
        LowerOf(network).Visit((low, lowerLength, lowerClass) => visitor(new(network, low), 64 + lowerLength, lowerClass));
    });

    private static RunTable<ulong> SplitNetwork(RunCollector<UInt128> runs, int first, int next)
    {
        var lower = new RunCollector<ulong>();
        if ((ulong)runs.Starts[first] != 0)
        {
            // The run before reaches into this network. There is one, as the first run starts at address 0.
            lower.Add(0, runs.Classes[first - 1]);
        }
        for (int run = first; run < next; run++)
        {
            lower.Add((ulong)runs.Starts[run], runs.Classes[run]);
        }
        return new RunTable<ulong>(lower, 0, 0);
    }

    private RunTable<ulong> LowerOf(ulong network) => _lower[Array.BinarySearch(_splitNetworks, network)];
}

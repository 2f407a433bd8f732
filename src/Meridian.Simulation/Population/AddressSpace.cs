using System.Collections.Immutable;
using Meridian.Engine.Answering;
using Meridian.Engine.Geo;
using Meridian.Simulation.Running;

namespace Meridian.Simulation.Population;

/// <summary>The IPv4 networks that a location database puts into countries, to draw resolvers and clients from.</summary>
internal sealed class AddressSpace
{
    private static readonly AddressSpace Nowhere = new([new Block(0x0A00_0000, 1 << 24, 0)], [1UL << 24], [null]);

    private readonly Block[] _blocks;
    private readonly ulong[] _ends;
    private readonly ImmutableArray<string?> _countries;

    private AddressSpace(Block[] blocks, ulong[] ends, ImmutableArray<string?> countries)
    {
        _blocks = blocks;
        _ends = ends;
        _countries = countries;
    }

    /// <summary>Reads a database.</summary>
    /// <param name="places">The database. One without countries gives addresses of 10.0.0.0/8.</param>
    /// <param name="weights">Relative shares of countries; empty goes by the number of addresses.</param>
    public static AddressSpace Of(PlaceDatabase places, ImmutableSortedDictionary<string, double> weights)
    {
        (GeoMap map, ImmutableArray<string?> countries) = CountryPartition.Of(places);
        List<Block> found = [];
        map.Visit((network, length, country) =>
        {
            if (network.IsIPv4 && country != 0 && length is > 0 and <= 24)
            {
                found.Add(new Block(network.IPv4, 1L << (32 - length), country));
            }
        });
        if (found.Count == 0)
        {
            return Nowhere;
        }
        double[] scale = ScaleOf(found, countries, weights);
        ulong[] ends = new ulong[found.Count];
        ulong end = 0;
        for (int i = 0; i < ends.Length; i++)
        {
            end += (ulong)Math.Ceiling(found[i].Length * scale[found[i].Country]);
            ends[i] = end;
        }
        return end == 0 ? Nowhere : new AddressSpace([.. found], ends, countries);
    }

    /// <summary>Draws a host in a network that is used for nothing else.</summary>
    public (ClientAddress Address, int Country) Draw(ref Randomness random)
    {
        ulong point = (ulong)(random.NextDouble() * _ends[^1]);
        int index = Array.BinarySearch(_ends, point + 1);
        Block block = _blocks[index >= 0 ? index : ~index];
        uint offset = (uint)(random.NextDouble() * block.Length);
        // .53 of its /24: resolvers and clients are told apart by network, never by host.
        uint address = (block.First + offset & 0xFFFF_FF00) | 53;
        return (ClientAddress.FromIPv4(address), block.Country);
    }

    /// <summary>How far ahead of UTC a country's day is, in seconds, by its middle's longitude; 0 where none is known.</summary>
    public double ClockOffsetOf(int country) =>
        _countries[country] is { } code && CountryTable.TryFind(code, out Country found)
            ? found.Centroid.Longitude / 360 * PopulationModel.SecondsPerDay
            : 0;

    private static double[] ScaleOf(
        List<Block> blocks, ImmutableArray<string?> countries, ImmutableSortedDictionary<string, double> weights)
    {
        double[] scale = new double[countries.Length];
        if (weights.IsEmpty)
        {
            Array.Fill(scale, 1);
            return scale;
        }
        double[] sizes = new double[countries.Length];
        blocks.ForEach(block => sizes[block.Country] += block.Length);
        double total = sizes.Sum();
        double sum = weights.Values.Sum();
        for (int i = 1; i < scale.Length; i++)
        {
            scale[i] = sizes[i] == 0 ? 0 : weights.GetValueOrDefault(countries[i]!) / sum * total / sizes[i]; // Only index 0 has no name.
        }
        return scale;
    }

    private readonly record struct Block(uint First, long Length, int Country);
}

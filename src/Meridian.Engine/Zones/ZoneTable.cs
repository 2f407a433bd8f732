using System.Collections.Immutable;
using System.Numerics;

namespace Meridian.Engine.Zones;

/// <summary>Some of a snapshot's zones by apex, no two of them of the same name. Immutable.</summary>
internal sealed class ZoneTable
{
    private readonly ImmutableArray<CompiledZone> _zones;
    private readonly int[] _numbers;
    private readonly ulong[] _hashes;

    // Open addressing with linear probing, at most half full; 0 is empty, otherwise the place among the numbers + 1.
    private readonly int[] _buckets;
    private readonly int _maxApexLabels;

    /// <param name="zones">All zones.</param>
    /// <param name="numbers">Those that are in the table, by their place among all.</param>
    public ZoneTable(ImmutableArray<CompiledZone> zones, int[] numbers)
    {
        _zones = zones;
        _numbers = numbers;
        _buckets = new int[BitOperations.RoundUpToPowerOf2((uint)Math.Max(2, numbers.Length * 2))];
        _hashes = new ulong[numbers.Length];
        for (int i = 0; i < numbers.Length; i++)
        {
            CompiledZone zone = zones[numbers[i]];
            _hashes[i] = NameHash.Compute(zone.Apex.Wire);
            _maxApexLabels = Math.Max(_maxApexLabels, zone.Apex.LabelCount);
            int bucket = (int)_hashes[i] & (_buckets.Length - 1);
            while (_buckets[bucket] != 0)
            {
                bucket = (bucket + 1) & (_buckets.Length - 1);
            }
            _buckets[bucket] = i + 1;
        }
    }

    /// <summary>The number of the closest zone at or above a name, or −1.</summary>
    /// <param name="name">A lower-case wire name.</param>
    /// <param name="labelOffsets">Where its labels begin, left to right.</param>
    /// <param name="skipExact">Look only above the name itself: for DS at a zone's apex (RFC 4035 §3.1.4.1).</param>
    public int FindClosest(ReadOnlySpan<byte> name, ReadOnlySpan<byte> labelOffsets, bool skipExact)
    {
        int first = Math.Max(labelOffsets.Length - _maxApexLabels, skipExact ? 1 : 0);
        for (int i = first; i <= labelOffsets.Length; i++)
        {
            // The suffix after the last label is the root.
            int zone = FindExact(name[(i == labelOffsets.Length ? name.Length - 1 : labelOffsets[i])..]);
            if (zone >= 0)
            {
                return zone;
            }
        }
        return -1;
    }

    /// <summary>The number of the zone of this name, or −1.</summary>
    /// <param name="apex">A lower-case wire name.</param>
    public int FindExact(ReadOnlySpan<byte> apex)
    {
        ulong hash = NameHash.Compute(apex);
        for (int bucket = (int)hash & (_buckets.Length - 1); _buckets[bucket] != 0; bucket = (bucket + 1) & (_buckets.Length - 1))
        {
            int place = _buckets[bucket] - 1;
            if (_hashes[place] == hash && _zones[_numbers[place]].Apex.Wire.SequenceEqual(apex))
            {
                return _numbers[place];
            }
        }
        return -1;
    }
}

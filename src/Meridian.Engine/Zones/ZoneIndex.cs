using System.Collections.Immutable;
using System.Numerics;

namespace Meridian.Engine.Zones;

/// <summary>Finds the zone that a name belongs to: the one whose apex is the longest suffix of it. Immutable.</summary>
internal sealed class ZoneIndex
{
    private readonly int[] _buckets;
    private readonly ulong[] _hashes;
    private readonly int _maxApexLabels;

    public ZoneIndex(ImmutableArray<CompiledZone> zones)
    {
        Zones = zones;
        _buckets = new int[BitOperations.RoundUpToPowerOf2((uint)Math.Max(2, zones.Length * 2))];
        _hashes = new ulong[zones.Length];
        for (int i = 0; i < zones.Length; i++)
        {
            _hashes[i] = NameHash.Compute(zones[i].Apex.Wire);
            _maxApexLabels = Math.Max(_maxApexLabels, zones[i].Apex.LabelCount);
            int bucket = (int)_hashes[i] & (_buckets.Length - 1);
            while (_buckets[bucket] != 0)
            {
                bucket = (bucket + 1) & (_buckets.Length - 1);
            }
            _buckets[bucket] = i + 1;
        }
    }

    public ImmutableArray<CompiledZone> Zones { get; }

    /// <summary>The index of the closest zone at or above a name, or −1.</summary>
    /// <param name="name">A lower-case wire name.</param>
    /// <param name="labelOffsets">Where its labels begin, left to right.</param>
    /// <param name="skipExact">Look only above the name itself: for DS at a zone's apex (RFC 4035 §3.1.4.1).</param>
    public int FindZone(ReadOnlySpan<byte> name, ReadOnlySpan<byte> labelOffsets, bool skipExact)
    {
        int first = Math.Max(labelOffsets.Length - _maxApexLabels, skipExact ? 1 : 0);
        for (int i = first; i <= labelOffsets.Length; i++)
        {
            // The suffix after the last label is the root.
            ReadOnlySpan<byte> suffix = name[(i == labelOffsets.Length ? name.Length - 1 : labelOffsets[i])..];
            int zone = FindExact(suffix);
            if (zone >= 0)
            {
                return zone;
            }
        }
        return -1;
    }

    private int FindExact(ReadOnlySpan<byte> apex)
    {
        ulong hash = NameHash.Compute(apex);
        for (int bucket = (int)hash & (_buckets.Length - 1); _buckets[bucket] != 0; bucket = (bucket + 1) & (_buckets.Length - 1))
        {
            int zone = _buckets[bucket] - 1;
            if (_hashes[zone] == hash && Zones[zone].Apex.Wire.SequenceEqual(apex))
            {
                return zone;
            }
        }
        return -1;
    }
}

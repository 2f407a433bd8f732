using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Model;

namespace Meridian.Engine.Zones;

/// <summary>
/// One zone ready to answer: a hash table of its names and its RRsets as wire templates, in a few flat arrays. Immutable.
/// </summary>
internal sealed class CompiledZone
{
    // Open addressing with linear probing, at most half full; 0 is empty, otherwise the node's index + 1.
    private readonly int[] _buckets;

    internal CompiledZone(int[] buckets) => _buckets = buckets;

    /// <summary>What it was compiled from; an unchanged zone is taken over by the next snapshot as it is.</summary>
    public required ZoneModel Model { get; init; }

    public required DomainName Apex { get; init; }

    public required uint SoaSerial { get; init; }

    /// <summary>Names and templates, shared with the zones that this one was patched to.</summary>
    public required OctetStore Store { get; init; }

    /// <summary>Names and templates.</summary>
    public byte[] Octets => Store.Octets;

    public required ZoneNode[] Nodes { get; init; }

    public required RRsetTable RRsets { get; init; }

    public required ushort[] Patches { get; init; }

    public required AdditionalEntry[] Additional { get; init; }

    public required ImmutableArray<SteeredRRset> Steered { get; init; }

    /// <summary>The SOA with the TTL of negative answers (RFC 2308 §3).</summary>
    public required int NegativeSoaRRset { get; init; }

    /// <summary>No name of the zone has more labels; deeper suffixes need not be looked up.</summary>
    public required int MaxLabelCount { get; init; }

    /// <summary>Rotation counters that the zone's RRsets use, numbered from 0 within the zone.</summary>
    public required int RotationSlotCount { get; init; }

    /// <summary>The node of an existing name, or −1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int FindNode(ReadOnlySpan<byte> name, ulong hash)
    {
        int[] buckets = _buckets;
        int mask = buckets.Length - 1;
        uint tag = (uint)(hash >> 32);
        for (int bucket = (int)hash & mask; ; bucket = (bucket + 1) & mask)
        {
            int node = buckets[bucket] - 1;
            if (node < 0)
            {
                return -1;
            }
            ref ZoneNode candidate = ref Nodes[node];
            if (candidate.HashTag == tag && candidate.NameLength == name.Length
                && Octets.AsSpan(candidate.NameOffset, candidate.NameLength).SequenceEqual(name))
            {
                return node;
            }
        }
    }

    /// <summary>The RRset of a type at a node, or −1.</summary>
    public int FindRRset(in ZoneNode node, RecordType type)
    {
        for (int i = node.FirstRRset; i < node.FirstRRset + node.RRsetCount; i++)
        {
            if (RRsets[i].Type == type)
            {
                return i;
            }
        }
        return -1;
    }

    /// <summary>A zone of the same names and types, with other data.</summary>
    public CompiledZone With(
        ZoneModel model, uint soaSerial, OctetStore store, RRsetTable rrsets, ushort[] patches, ImmutableArray<SteeredRRset> steered) =>
        new(_buckets)
        {
            Model = model,
            Apex = Apex,
            SoaSerial = soaSerial,
            Store = store,
            Nodes = Nodes,
            RRsets = rrsets,
            Patches = patches,
            Additional = Additional,
            Steered = steered,
            NegativeSoaRRset = NegativeSoaRRset,
            MaxLabelCount = MaxLabelCount,
            RotationSlotCount = RotationSlotCount,
        };

    public ReadOnlySpan<byte> NameOf(in ZoneNode node) => Octets.AsSpan(node.NameOffset, node.NameLength);
}

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
    private readonly NameTable _names;
    private readonly int[] _buckets;

    /// <param name="names">Finds its names.</param>
    /// <param name="isOrdered">Whether the model's RRsets are in canonical order, so that a name and what is below it stand together.</param>
    internal CompiledZone(NameTable names, bool isOrdered)
    {
        _names = names;
        _buckets = names.Buckets;
        IsOrdered = isOrdered;
    }

    /// <summary>What it was compiled from; an unchanged zone is taken over by the next snapshot as it is.</summary>
    public required ZoneModel Model { get; init; }

    public required DomainName Apex { get; init; }

    public required uint SoaSerial { get; init; }

    /// <summary>Names and templates, shared with the zones that this one was patched to.</summary>
    public required OctetStore Store { get; init; }

    /// <summary>Names and templates.</summary>
    public byte[] Octets => Store.Octets;

    /// <summary>By number; numbers that no name of this zone has are blank nodes, whose names have no octets.</summary>
    public required PagedTable<ZoneNode> Nodes { get; init; }

    public required PagedTable<RRsetEntry> RRsets { get; init; }

    public required ushort[] Patches { get; init; }

    public required AdditionalEntry[] Additional { get; init; }

    /// <summary>Names in the zone that records bring along in the additional section, and everything above them.</summary>
    public required IReadOnlySet<DomainName> AdditionalNames { get; init; }

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
            if (node >= Nodes.Count)
            {
                continue; // A later zone's.
            }
            ref readonly ZoneNode candidate = ref Nodes[node];
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

    /// <summary>Whether a name is a zone cut, and not below another.</summary>
    /// <param name="name">A lower-case wire name.</param>
    public bool HasCutAt(ReadOnlySpan<byte> name)
    {
        int node = FindNode(name, NameHash.Compute(name));
        return node >= 0 && Nodes[node].OccludedBy == node && (Nodes[node].Flags & ZoneNodeFlags.Delegation) != 0;
    }

    /// <summary>The number of a name that this zone does not have, for one that follows; false when there is no room for it.</summary>
    public bool TryAddName(ulong hash, out int node) => _names.TryAdd(hash, out node);

    /// <summary>Whether the model's RRsets are in canonical order, so that a name and what is below it stand together.</summary>
    public bool IsOrdered { get; }

    /// <summary>A zone that shares what did not change.</summary>
    public CompiledZone With(ZoneModel model, uint soaSerial, in ZonePatch patch) => new(_names, IsOrdered)
    {
        Model = model,
        Apex = Apex,
        SoaSerial = soaSerial,
        Store = patch.Store,
        Nodes = patch.Nodes,
        RRsets = patch.RRsets,
        Patches = patch.Patches,
        Additional = Additional,
        AdditionalNames = AdditionalNames,
        Steered = patch.Steered,
        NegativeSoaRRset = NegativeSoaRRset,
        MaxLabelCount = Math.Max(MaxLabelCount, patch.MaxLabelCount),
        RotationSlotCount = patch.RotationSlotCount,
    };

    public ReadOnlySpan<byte> NameOf(in ZoneNode node) => Octets.AsSpan(node.NameOffset, node.NameLength);
}

/// <summary>What a zone has in the place of the parts of the one before.</summary>
/// <param name="Store">Names and templates.</param>
/// <param name="Nodes">The names.</param>
/// <param name="RRsets">The RRsets.</param>
/// <param name="Patches">Where templates have pointers.</param>
/// <param name="Steered">Steered data and aliases.</param>
internal readonly record struct ZonePatch(
    OctetStore Store, PagedTable<ZoneNode> Nodes, PagedTable<RRsetEntry> RRsets, ushort[] Patches, ImmutableArray<SteeredRRset> Steered)
{
    /// <summary>Labels of the deepest new name.</summary>
    public int MaxLabelCount { get; init; }

    /// <summary>Rotation counters, those that are not used any more among them.</summary>
    public int RotationSlotCount { get; init; }
}

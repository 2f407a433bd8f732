using System.Collections.Immutable;
using Meridian.Engine.Model;

namespace Meridian.Engine.Zones;

/// <summary>
/// Compiles one zone: its names with the empty non-terminals between them, and its RRsets as templates. In canonical order a name's RRsets
/// stand together and what is below it right behind, so several cores can write a large zone's tables at the same time.
/// </summary>
internal sealed class ZoneCompiler
{
    // Some milliseconds of work; a zone with fewer RRsets is one stretch, which wakes no other core.
    private const int RRsetsPerStretch = 1 << 15;

    private readonly ZoneModel _model;
    private readonly RRsetList _rrsets;
    private readonly ZoneStretch[] _stretches;

    private ZoneCompiler(ZoneModel model, uint soaSerial, SteeringTargets targets, int rrsetsPerStretch)
    {
        _model = model;
        _rrsets = model.RRsets.InOrder();
        List<ZoneStretch> stretches = [];
        int start = 0;
        do
        {
            int end = EndOfOwner(Math.Min(_rrsets.Length, start + rrsetsPerStretch));
            stretches.Add(new ZoneStretch(model, _rrsets, start, end, soaSerial, targets));
            start = end;
        }
        while (start < _rrsets.Length);
        _stretches = [.. stretches];
    }

    /// <summary>Compiles a zone.</summary>
    /// <param name="model">The zone; owners are inside it, references resolve.</param>
    /// <param name="soaSerial">The serial to publish.</param>
    /// <param name="targets">The policies that steered RRsets refer to.</param>
    public static CompiledZone Compile(ZoneModel model, uint soaSerial, SteeringTargets targets) =>
        Compile(model, soaSerial, targets, RRsetsPerStretch);

    /// <summary>The same with another length of stretches, which the result does not depend on.</summary>
    internal static CompiledZone Compile(ZoneModel model, uint soaSerial, SteeringTargets targets, int rrsetsPerStretch) =>
        new ZoneCompiler(model, soaSerial, targets, rrsetsPerStretch).Compile(soaSerial);

    private CompiledZone Compile(uint soaSerial)
    {
        ForEach(static stretch => stretch.Count());
        (int nodeCount, int entryCount) = (0, 0);
        foreach (ZoneStretch stretch in _stretches)
        {
            (stretch.FirstNode, stretch.FirstEntry) = (nodeCount, entryCount);
            nodeCount += stretch.NodeCount;
            entryCount += stretch.EntryCount;
        }
        PagedTable<ZoneNode> nodes = PagedTable<ZoneNode>.Create(nodeCount);
        PagedTable<RRsetEntry> entries = PagedTable<RRsetEntry>.Create(entryCount);
        NodeBuckets buckets = new(nodeCount);
        ForEach(stretch => stretch.Write(nodes, entries, buckets));
        byte[] octets = JoinOctets(nodes, entries);
        if (_stretches.Any(stretch => stretch.HasCuts))
        {
            ZoneOcclusion.Mark(nodes, entries, octets);
        }
        LinkWildcards(nodes, buckets, octets);
        AdditionalLinker linker = new(_model.Apex, _rrsets, nodes, entries, name => buckets.Find(name, nodes, octets), octets);
        linker.Link(_stretches.SelectMany(stretch => stretch.Hosts));
        return new CompiledZone(new NameTable(buckets.Buckets, nodeCount), isOrdered: ReferenceEquals(_rrsets, _model.RRsets))
        {
            Model = _model,
            Apex = _model.Apex,
            SoaSerial = soaSerial,
            Store = new OctetStore(octets),
            Nodes = nodes,
            RRsets = entries,
            Patches = [.. _stretches.SelectMany(stretch => stretch.Compiled.Patches)],
            Additional = [.. linker.Additional],
            AdditionalNames = linker.Names,
            Steered = JoinSteered(),
            NegativeSoaRRset = entryCount - 1,
            MaxLabelCount = _stretches.Max(stretch => stretch.MaxLabelCount),
            RotationSlotCount = _stretches.Sum(stretch => stretch.Compiled.RotationSlots),
        };
    }

    /// <summary>Where a stretch can end: an owner's RRsets stay together.</summary>
    private int EndOfOwner(int end)
    {
        while (end > 0 && end < _rrsets.Length && _rrsets.RowAt(end - 1).OwnerWire.SequenceEqual(_rrsets.RowAt(end).OwnerWire))
        {
            end++;
        }
        return end;
    }

    private void ForEach(Action<ZoneStretch> work)
    {
        if (_stretches.Length == 1)
        {
            work(_stretches[0]);
            return;
        }
        Parallel.ForEach(_stretches, work);
    }

    /// <summary>The octets of all stretches in one array, and everything that points into them set right.</summary>
    private byte[] JoinOctets(PagedTable<ZoneNode> nodes, PagedTable<RRsetEntry> entries)
    {
        if (_stretches.Length == 1)
        {
            return _stretches[0].Compiled.Octets.ToArray();
        }
        StretchBases[] bases = new StretchBases[_stretches.Length];
        StretchBases next = default;
        for (int i = 0; i < bases.Length; i++)
        {
            RRsetCompiler compiled = _stretches[i].Compiled;
            bases[i] = next;
            next = new StretchBases(
                checked(next.Octets + compiled.Octets.Length),
                next.Patches + compiled.Patches.Count,
                next.Steered + compiled.Steered.Count,
                next.RotationSlots + compiled.RotationSlots);
        }
        byte[] octets = GC.AllocateUninitializedArray<byte>(next.Octets);
        Parallel.For(0, bases.Length, i =>
        {
            _stretches[i].Compiled.Octets.Written.CopyTo(octets.AsSpan(bases[i].Octets));
            _stretches[i].Move(nodes, entries, in bases[i]);
        });
        return octets;
    }

    private ImmutableArray<SteeredRRset> JoinSteered() => _stretches.Length == 1
        ? _stretches[0].Compiled.Steered.ToImmutable()
        : [.. _stretches.SelectMany(stretch => stretch.Compiled.Steered)];

    private void LinkWildcards(PagedTable<ZoneNode> nodes, NodeBuckets buckets, ReadOnlySpan<byte> octets)
    {
        foreach (int wildcard in _stretches.SelectMany(stretch => stretch.Wildcards))
        {
            ReadOnlySpan<byte> name = octets.Slice(nodes[wildcard].NameOffset, nodes[wildcard].NameLength);
            // Every name above one that exists does; a wildcard that is the apex has none above it in the zone.
            if (buckets.Find(name[(name[0] + 1)..], nodes, octets) is >= 0 and int parent)
            {
                nodes.Writable(parent).WildcardChild = wildcard;
            }
        }
    }
}

using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Model;

namespace Meridian.Engine.Zones;

/// <summary>
/// A stretch of a zone's RRsets in canonical order, which one core compiles. No owner has RRsets in two of them. It counts first what it
/// will write, so that the tables can be made as long as they will be and all stretches written at the same time.
/// </summary>
internal sealed class ZoneStretch
{
    private readonly ZoneModel _model;
    private readonly RRsetList _rrsets;
    private readonly int _start;
    private readonly int _end;
    private readonly uint _soaSerial;
    private readonly RRsetCompiler _compiler;
    private readonly List<int> _wildcards = [];
    private readonly List<HostRow> _hosts = [];

    /// <param name="model">The zone.</param>
    /// <param name="rrsets">Its RRsets in order.</param>
    /// <param name="start">The first of the stretch.</param>
    /// <param name="end">The first behind it.</param>
    /// <param name="soaSerial">The serial to publish.</param>
    /// <param name="targets">The policies that steered RRsets refer to.</param>
    public ZoneStretch(ZoneModel model, RRsetList rrsets, int start, int end, uint soaSerial, SteeringTargets targets)
    {
        _model = model;
        _rrsets = rrsets;
        _start = start;
        _end = end;
        _soaSerial = soaSerial;
        _compiler = new RRsetCompiler(model, targets, end - start);
    }

    /// <summary>The apex and the start of authority are in the first one.</summary>
    public bool IsFirst => _start == 0;

    /// <summary>The negative start of authority is behind the last one's RRsets.</summary>
    public bool IsLast => _end == _rrsets.Length;

    public int NodeCount { get; private set; }

    public int EntryCount => _end - _start + (IsFirst ? 1 : 0) + (IsLast ? 1 : 0);

    public int MaxLabelCount { get; private set; }

    /// <summary>Whether a name may be occluded by one of the stretch.</summary>
    public bool HasCuts { get; private set; }

    /// <summary>Nodes of wildcards.</summary>
    public IReadOnlyList<int> Wildcards => _wildcards;

    /// <summary>RRsets that name hosts.</summary>
    public IReadOnlyList<HostRow> Hosts => _hosts;

    /// <summary>Names and templates, numbered within the stretch as patches, steered data and rotation counters are.</summary>
    public RRsetCompiler Compiled => _compiler;

    /// <summary>Where the stretch's nodes begin among the zone's.</summary>
    public int FirstNode { get; set; }

    /// <summary>Where the stretch's RRsets begin among the zone's.</summary>
    public int FirstEntry { get; set; }

    /// <summary>Counts the names, with the empty non-terminals between them.</summary>
    public void Count()
    {
        NodeCount = IsFirst ? 1 : 0;
        MaxLabelCount = _model.Apex.LabelCount;
        ReadOnlySpan<byte> before = OwnerBefore();
        for (RRsetCursor at = new(_rrsets, _start); at.Index < _end; at.MoveNext())
        {
            RRsetRow row = at.Row;
            HasCuts |= row.Type == RecordType.DNAME || (row.Type == RecordType.NS && row.OwnerWire.Length > _model.Apex.Wire.Length);
            if (!row.OwnerWire.SequenceEqual(before))
            {
                int labels = WireNames.CountLabels(row.OwnerWire);
                NodeCount += labels - WireNames.CountCommonLabels(row.OwnerWire, before);
                MaxLabelCount = Math.Max(MaxLabelCount, labels);
                before = row.OwnerWire;
            }
        }
    }

    /// <summary>Writes names and RRsets to their places in the zone's tables, with offsets within the stretch.</summary>
    public void Write(PagedTable<ZoneNode> nodes, PagedTable<RRsetEntry> entries, NodeBuckets buckets)
    {
        Writer writer = new(nodes, entries, buckets, this);
        if (IsFirst)
        {
            writer.AddNode(_model.Apex.Wire);
        }
        bool isSoaWritten = !IsFirst;
        ReadOnlySpan<byte> before = OwnerBefore();
        for (RRsetCursor at = new(_rrsets, _start); at.Index < _end; at.MoveNext())
        {
            RRsetRow row = at.Row;
            bool isNewOwner = !row.OwnerWire.SequenceEqual(before);
            if (!isSoaWritten && (isNewOwner || row.Type > RecordType.SOA))
            {
                writer.AddSoa();
                isSoaWritten = true;
            }
            if (isNewOwner)
            {
                writer.AddNames(row.OwnerWire, before);
                before = row.OwnerWire;
            }
            writer.AddRRset(row, at.Kept, at.Index);
        }
        if (!isSoaWritten)
        {
            writer.AddSoa();
        }
        if (IsLast)
        {
            writer.AddNegativeSoa();
        }
    }

    /// <summary>Makes offsets within the stretch those of the zone.</summary>
    public void Move(PagedTable<ZoneNode> nodes, PagedTable<RRsetEntry> entries, in StretchBases bases)
    {
        for (int i = FirstNode; i < FirstNode + NodeCount; i++)
        {
            nodes.Writable(i).NameOffset += bases.Octets;
        }
        for (int i = FirstEntry; i < FirstEntry + EntryCount; i++)
        {
            ref RRsetEntry entry = ref entries.Writable(i);
            entry.WireOffset += bases.Octets;
            entry.TargetOffset += bases.Octets;
            entry.PatchStart += bases.Patches;
            entry.SteeredIndex += entry.SteeredIndex == RRsetEntry.None ? 0 : bases.Steered;
            entry.RotationSlot += entry.RotationSlot == RRsetEntry.None ? 0 : bases.RotationSlots;
        }
    }

    /// <summary>The owner before the stretch, whose ancestors exist already: at the beginning of the zone its apex.</summary>
    private ReadOnlySpan<byte> OwnerBefore() => IsFirst ? _model.Apex.Wire : _rrsets.RowAt(_start - 1).OwnerWire;

    /// <summary>Puts nodes and RRsets one behind the other.</summary>
    private ref struct Writer(PagedTable<ZoneNode> nodes, PagedTable<RRsetEntry> entries, NodeBuckets buckets, ZoneStretch stretch)
    {
        private int _node = stretch.FirstNode - 1;
        private int _entry = stretch.FirstEntry;

        /// <summary>Adds a name and those above it that the name before is not below too: every name between an owner and the apex exists.</summary>
        public void AddNames(ReadOnlySpan<byte> owner, ReadOnlySpan<byte> before)
        {
            Span<byte> offsets = stackalloc byte[WireNames.MaxLabels];
            int labels = WireNames.LabelOffsets(owner, offsets);
            for (int label = labels - WireNames.CountCommonLabels(owner, before) - 1; label >= 0; label--)
            {
                AddNode(owner[offsets[label]..]);
            }
        }

        public void AddNode(ReadOnlySpan<byte> name)
        {
            ulong hash = NameHash.Compute(name);
            nodes.Writable(++_node) = new ZoneNode
            {
                HashTag = (uint)(hash >> 32),
                NameOffset = stretch._compiler.Octets.Append(name),
                NameLength = (byte)name.Length,
                FirstRRset = _entry,
                OccludedBy = RRsetEntry.None,
                WildcardChild = RRsetEntry.None,
            };
            buckets.Add(hash, _node);
            if (name is [1, (byte)'*', _, ..])
            {
                stretch._wildcards.Add(_node);
            }
        }

        public void AddRRset(RRsetRow row, RRsetModel? kept, int index)
        {
            ZoneNodeFlags flags = row.Type switch
            {
                RecordType.CNAME => ZoneNodeFlags.HasCname,
                RecordType.DNAME => ZoneNodeFlags.HasDname,
                _ => ZoneNodeFlags.None,
            };
            RRsetEntry entry = kept is null ? stretch._compiler.Encode(row) : stretch._compiler.Encode(kept);
            if (entry.SteeredIndex == RRsetEntry.None && AdditionalTargets.NameOffset(row.Type) >= 0)
            {
                stretch._hosts.Add(new HostRow(index, _node, _entry));
            }
            Add(in entry, flags);
        }

        public void AddSoa() => Add(stretch._compiler.EncodeSoa(stretch._soaSerial, isNegative: false), ZoneNodeFlags.None);

        /// <summary>It belongs to no name: it goes along with what is not there.</summary>
        public void AddNegativeSoa() => entries.Writable(_entry++) = stretch._compiler.EncodeSoa(stretch._soaSerial, isNegative: true);

        private void Add(in RRsetEntry entry, ZoneNodeFlags flags)
        {
            ref ZoneNode node = ref nodes.Writable(_node);
            node.RRsetCount++;
            node.Flags |= flags;
            entries.Writable(_entry++) = entry;
        }
    }
}

/// <summary>An RRset whose records name hosts.</summary>
/// <param name="Row">Its number among the zone's RRsets in order.</param>
/// <param name="Node">Its owner.</param>
/// <param name="Entry">Its number in the compiled zone.</param>
internal readonly record struct HostRow(int Row, int Node, int Entry);

/// <summary>What is before a stretch in the zone's arrays.</summary>
internal readonly record struct StretchBases(int Octets, int Patches, int Steered, int RotationSlots);

using System.Collections.Immutable;
using System.Numerics;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Model;

namespace Meridian.Engine.Zones;

/// <summary>Compiles one zone: collects its names with the empty non-terminals between them, marks zone cuts, encodes RRsets.</summary>
internal sealed class ZoneCompiler
{
    private readonly ZoneModel _model;
    private readonly SteeringTargets _targets;
    private readonly OctetWriter _octets = new();
    private readonly List<ushort> _patches = [];
    private readonly List<RRsetEntry> _rrsets = [];
    private readonly List<GlueEntry> _glue = [];
    private readonly ImmutableArray<SteeredRRset>.Builder _steered = ImmutableArray.CreateBuilder<SteeredRRset>();
    private readonly Dictionary<DomainName, int> _nodeOf = [];
    private readonly ILookup<DomainName, RRsetModel> _byOwner;
    private ZoneNode[] _nodes = [];
    private DomainName[] _names = [];
    private int _rotationSlots;

    private ZoneCompiler(ZoneModel model, SteeringTargets targets)
    {
        _model = model;
        _targets = targets;
        _byOwner = model.RRsets.ToLookup(rrset => rrset.Owner);
    }

    /// <summary>Compiles a zone.</summary>
    /// <param name="model">The zone; owners are inside it, references resolve.</param>
    /// <param name="soaSerial">The serial to publish.</param>
    /// <param name="targets">The policies that steered RRsets refer to.</param>
    public static CompiledZone Compile(ZoneModel model, uint soaSerial, SteeringTargets targets) =>
        new ZoneCompiler(model, targets).Compile(soaSerial);

    private CompiledZone Compile(uint soaSerial)
    {
        CollectNames();
        MarkZoneCuts();
        ReadOnlyMemory<byte> soa = SoaRdata(soaSerial);
        for (int i = 0; i < _nodes.Length; i++)
        {
            EncodeNode(ref _nodes[i], _names[i], _byOwner[_names[i]], soa);
        }
        int negativeSoa = _rrsets.Count;
        // RFC 2308 §3: the TTL of the SOA in a negative answer is the lesser of MINIMUM and its own.
        uint negativeTtl = Math.Min(_model.Soa.NegativeTtlSeconds, _model.Soa.TtlSeconds);
        _rrsets.Add(RRsetEncoder.Encode(RecordType.SOA, negativeTtl, [soa], _model.Apex, _octets, _patches));
        LinkGlue();
        return new CompiledZone(BuildBuckets())
        {
            Model = _model,
            Apex = _model.Apex,
            SoaSerial = soaSerial,
            Octets = _octets.ToArray(),
            Nodes = _nodes,
            RRsets = [.. _rrsets],
            Patches = [.. _patches],
            Glue = [.. _glue],
            Steered = _steered.ToImmutable(),
            NegativeSoaRRset = negativeSoa,
            MaxLabelCount = _names.Max(name => name.LabelCount),
            RotationSlotCount = _rotationSlots,
        };
    }

    private void CollectNames()
    {
        List<DomainName> names = [];
        Add(_model.Apex);
        foreach (IGrouping<DomainName, RRsetModel> owner in _byOwner)
        {
            // RFC 4592 §2.2.2: every name between an owner and the apex exists, with or without records.
            for (DomainName? name = owner.Key; name is not null && name != _model.Apex && Add(name); name = name.Parent)
            {
            }
        }
        _names = [.. names];
        _nodes = new ZoneNode[names.Count];

        bool Add(DomainName name)
        {
            if (!_nodeOf.TryAdd(name, names.Count))
            {
                return false;
            }
            names.Add(name);
            return true;
        }
    }

    private void MarkZoneCuts()
    {
        for (int i = 0; i < _nodes.Length; i++)
        {
            DomainName name = _names[i];
            _nodes[i].CutNode = RRsetEntry.None;
            _nodes[i].WildcardChild = RRsetEntry.None;
            // The cut nearest to the apex rules: what lies below it belongs to somebody else.
            for (DomainName? at = name; at is not null && at != _model.Apex; at = at.Parent)
            {
                if (_byOwner[at].Any(rrset => rrset.Type == RecordType.NS))
                {
                    _nodes[i].CutNode = _nodeOf[at];
                }
            }
            if (_nodes[i].CutNode >= 0)
            {
                _nodes[i].Flags |= _nodes[i].CutNode == i ? ZoneNodeFlags.Delegation : ZoneNodeFlags.Occluded;
            }
        }
        for (int i = 0; i < _nodes.Length; i++)
        {
            if (_names[i].IsWildcard && _nodeOf.TryGetValue(_names[i].Parent!, out int parent))
            {
                _nodes[parent].WildcardChild = i;
            }
        }
    }

    private void EncodeNode(ref ZoneNode node, DomainName name, IEnumerable<RRsetModel> rrsets, ReadOnlyMemory<byte> soa)
    {
        node.NameOffset = _octets.Append(name.Wire);
        node.NameLength = (byte)name.Wire.Length;
        node.HashTag = (uint)(NameHash.Compute(name.Wire) >> 32);
        node.FirstRRset = _rrsets.Count;
        List<RRsetEntry> entries = [];
        if (name == _model.Apex)
        {
            entries.Add(RRsetEncoder.Encode(RecordType.SOA, _model.Soa.TtlSeconds, [soa], _model.Apex, _octets, _patches));
        }
        foreach (RRsetModel rrset in rrsets)
        {
            entries.Add(rrset.Steering is { } steering ? EncodeSteered(rrset, steering) : EncodeStatic(rrset));
            if (rrset.Type == RecordType.CNAME)
            {
                node.Flags |= ZoneNodeFlags.HasCname;
            }
        }
        entries.Sort((left, right) => left.Type.CompareTo(right.Type));
        _rrsets.AddRange(entries);
        node.RRsetCount = (ushort)entries.Count;
    }

    private RRsetEntry EncodeStatic(RRsetModel rrset)
    {
        RRsetEntry entry = RRsetEncoder.Encode(
            rrset.Type, rrset.TtlSeconds ?? _model.DefaultTtlSeconds, rrset.Rdata, _model.Apex, _octets, _patches);
        if (rrset.Rotate && rrset.Rdata.Length > 1)
        {
            entry.RotationSlot = _rotationSlots++;
        }
        if (rrset.Type == RecordType.CNAME)
        {
            // The whole RDATA is one name; the loader has checked it.
            if (DomainName.TryFromWire(rrset.Rdata[0].Span, out DomainName? target) == DomainNameError.None)
            {
                entry.TargetOffset = _octets.Append(target!.Wire);
                entry.TargetLength = (byte)target.Wire.Length;
            }
        }
        return entry;
    }

    private RRsetEntry EncodeSteered(RRsetModel rrset, SteeredDataModel steering)
    {
        uint ttl = rrset.TtlSeconds ?? _targets.TtlOf(steering.Policy) ?? _model.DefaultTtlSeconds;
        RRsetEntry entry = RRsetEncoder.NewEntry(rrset.Type, ttl);
        entry.SteeredIndex = _steered.Count;
        _steered.Add(new SteeredRRset(
            _targets.IndexOf(steering.Policy), rrset.Type, ttl, steering.Priority, ServiceParameters.Encode(steering)));
        return entry;
    }

    private ReadOnlyMemory<byte> SoaRdata(uint serial)
    {
        SoaModel soa = _model.Soa;
        OctetWriter rdata = new();
        rdata.Append(soa.Primary.Wire);
        rdata.Append(soa.Contact.Wire);
        rdata.AppendUInt32(serial);
        rdata.AppendUInt32(soa.RefreshSeconds);
        rdata.AppendUInt32(soa.RetrySeconds);
        rdata.AppendUInt32(soa.ExpireSeconds);
        rdata.AppendUInt32(soa.NegativeTtlSeconds);
        return rdata.ToArray();
    }

    private void LinkGlue()
    {
        for (int i = 0; i < _nodes.Length; i++)
        {
            if ((_nodes[i].Flags & ZoneNodeFlags.Delegation) == 0)
            {
                continue;
            }
            for (int r = _nodes[i].FirstRRset; r < _nodes[i].FirstRRset + _nodes[i].RRsetCount; r++)
            {
                RRsetEntry entry = _rrsets[r];
                if (entry.Type == RecordType.NS)
                {
                    entry.GlueStart = _glue.Count;
                    AddGlueOf(_names[i]);
                    entry.GlueCount = _glue.Count - entry.GlueStart;
                    _rrsets[r] = entry;
                }
            }
        }
    }

    private void AddGlueOf(DomainName cut)
    {
        RRsetModel ns = _byOwner[cut].First(rrset => rrset.Type == RecordType.NS);
        for (int record = 0; record < ns.Rdata.Length; record++)
        {
            if (DomainName.TryFromWire(ns.Rdata[record].Span, out DomainName? server) != DomainNameError.None
                || !_nodeOf.TryGetValue(server!, out int node))
            {
                continue;
            }
            for (int r = _nodes[node].FirstRRset; r < _nodes[node].FirstRRset + _nodes[node].RRsetCount; r++)
            {
                if (_rrsets[r].Type is RecordType.A or RecordType.AAAA && _rrsets[r].SteeredIndex == RRsetEntry.None)
                {
                    _glue.Add(new GlueEntry(record, r, server!.IsSubdomainOf(cut)));
                }
            }
        }
    }

    private int[] BuildBuckets()
    {
        int[] buckets = new int[BitOperations.RoundUpToPowerOf2((uint)Math.Max(4, _nodes.Length * 2))];
        for (int i = 0; i < _nodes.Length; i++)
        {
            int bucket = (int)NameHash.Compute(_names[i].Wire) & (buckets.Length - 1);
            while (buckets[bucket] != 0)
            {
                bucket = (bucket + 1) & (buckets.Length - 1);
            }
            buckets[bucket] = i + 1;
        }
        return buckets;
    }
}

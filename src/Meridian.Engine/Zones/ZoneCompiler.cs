using System.Runtime.InteropServices;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Model;

namespace Meridian.Engine.Zones;

/// <summary>Compiles one zone: collects its names with the empty non-terminals between them, marks zone cuts, encodes RRsets.</summary>
internal sealed class ZoneCompiler
{
    private readonly ZoneModel _model;
    private readonly RRsetCompiler _compiler;
    private readonly List<RRsetEntry> _rrsets;
    private readonly List<AdditionalEntry> _additional = [];
    private readonly List<RRsetEntry> _nodeEntries = [];
    private readonly NodeNames _names;
    private readonly RRsetChains _chains;
    private ZoneNode[] _nodes = [];

    private ZoneCompiler(ZoneModel model, SteeringTargets targets)
    {
        _model = model;
        _compiler = new RRsetCompiler(model, targets, model.RRsets.Length);
        _rrsets = new List<RRsetEntry>(model.RRsets.Length + 2); // With the two forms of the SOA.
        _names = new NodeNames(model.RRsets.Length + 1);
        _chains = new RRsetChains(model.RRsets);
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
        MarkOccluded();
        for (int i = 0; i < _nodes.Length; i++)
        {
            EncodeNode(ref _nodes[i], i, soaSerial);
        }
        int negativeSoa = _rrsets.Count;
        _rrsets.Add(_compiler.EncodeSoa(soaSerial, isNegative: true));
        AdditionalLinker linker = new(_nodes, _names, _chains, _compiler.Octets, _rrsets, _additional);
        linker.Link();
        return new CompiledZone(new NameTable(_names.ToBuckets(), _names.Count))
        {
            Model = _model,
            Apex = _model.Apex,
            SoaSerial = soaSerial,
            Store = new OctetStore(_compiler.Octets.ToArray()),
            Nodes = PagedTable<ZoneNode>.Create(_nodes),
            RRsets = PagedTable<RRsetEntry>.Create(CollectionsMarshal.AsSpan(_rrsets)),
            Patches = [.. _compiler.Patches],
            Additional = [.. _additional],
            AdditionalNames = linker.Names,
            Steered = _compiler.Steered.ToImmutable(),
            NegativeSoaRRset = negativeSoa,
            MaxLabelCount = MaxLabelCount(),
            RotationSlotCount = _compiler.RotationSlots,
        };
    }

    private void CollectNames()
    {
        _names.TryAdd(_model.Apex, out int node);
        for (int i = 0; i < _model.RRsets.Length; i++)
        {
            DomainName owner = _model.RRsets[i].Owner;
            if (i == 0 || owner != _model.RRsets[i - 1].Owner)
            {
                node = AddWithAncestors(owner);
            }
            _chains.Add(node, i);
        }
        _nodes = new ZoneNode[_names.Count];
    }

    /// <summary>Every name between an owner and the apex exists, with or without records.</summary>
    private int AddWithAncestors(DomainName owner)
    {
        bool isNew = _names.TryAdd(owner, out int node);
        for (DomainName name = owner; isNew && name != _model.Apex && !name.IsChildOf(_model.Apex);)
        {
            name = name.Parent!; // Below the apex every name has one.
            isNew = _names.TryAdd(name, out _);
        }
        return node;
    }

    /// <summary>
    /// Finds for each name what takes it out of the zone's authority or redirects it: the zone cut or the DNAME nearest to
    /// the apex. What lies below belongs to somebody else, or must not exist (RFC 6672 §2.4), and is never answered.
    /// </summary>
    private void MarkOccluded()
    {
        HashSet<DomainName> cuts = [.. OwnersOf(RecordType.NS).Where(owner => owner != _model.Apex)];
        HashSet<DomainName> redirected = [.. OwnersOf(RecordType.DNAME)];
        bool isAnyOccluded = cuts.Count + redirected.Count > 0;
        for (int i = 0; i < _nodes.Length; i++)
        {
            DomainName name = _names[i];
            _nodes[i].OccludedBy = RRsetEntry.None;
            _nodes[i].WildcardChild = RRsetEntry.None;
            for (DomainName? at = isAnyOccluded ? name : null; at is not null; at = at == _model.Apex ? null : at.Parent)
            {
                // A DNAME redirects what is below it, not its owner (RFC 6672 §2.3).
                if (cuts.Contains(at) || (at != name && redirected.Contains(at)))
                {
                    _nodes[i].OccludedBy = _names.Find(at);
                }
            }
            if (_nodes[i].OccludedBy == i)
            {
                _nodes[i].Flags |= ZoneNodeFlags.Delegation;
            }
        }
        for (int i = 0; i < _nodes.Length; i++)
        {
            if (_names[i].IsWildcard && _names.Find(_names[i].Parent!) is >= 0 and int parent)
            {
                _nodes[parent].WildcardChild = i;
            }
        }
    }

    private IEnumerable<DomainName> OwnersOf(RecordType type) =>
        _model.RRsets.Where(rrset => rrset.Type == type).Select(rrset => rrset.Owner);

    private void EncodeNode(ref ZoneNode node, int index, uint soaSerial)
    {
        DomainName name = _names[index];
        node.NameOffset = _compiler.Octets.Append(name.Wire);
        node.NameLength = (byte)name.Wire.Length;
        node.HashTag = (uint)(_names.HashOf(index) >> 32);
        node.FirstRRset = _rrsets.Count;
        List<RRsetEntry> entries = _nodeEntries;
        entries.Clear();
        if (index == 0)
        {
            entries.Add(_compiler.EncodeSoa(soaSerial, isNegative: false));
        }
        for (int at = _chains.First(index); at >= 0; at = _chains.Next(at))
        {
            RRsetModel rrset = _model.RRsets[at];
            entries.Add(_compiler.Encode(rrset));
            node.Flags |= rrset.Type switch
            {
                RecordType.CNAME => ZoneNodeFlags.HasCname,
                RecordType.DNAME => ZoneNodeFlags.HasDname,
                _ => ZoneNodeFlags.None,
            };
        }
        if (entries.Count > 1)
        {
            entries.Sort(static (left, right) => left.Type.CompareTo(right.Type));
        }
        _rrsets.AddRange(entries);
        node.RRsetCount = (ushort)entries.Count;
    }

    private int MaxLabelCount()
    {
        int most = 0;
        foreach (DomainName name in _names.Names)
        {
            most = Math.Max(most, name.LabelCount);
        }
        return most;
    }
}

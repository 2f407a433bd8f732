using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Model;

namespace Meridian.Engine.Zones;

/// <summary>
/// The work of one patch. Names that come get numbers behind all others, and RRsets of a name that has other types than before
/// stand behind all others too; what was in their place stays, and nothing leads to it any more.
/// </summary>
internal sealed class ZonePatching(CompiledZone zone, ZoneModel model, SteeringTargets targets)
{
    private readonly RRsetCompiler _compiler = new(model, targets);
    private readonly Dictionary<int, ZoneNode> _nodes = [];
    private readonly Dictionary<int, RRsetEntry> _entries = [];

    // Entries and nodes whose octets are among the compiler's; where these will be is not known before the end.
    private readonly HashSet<int> _freshEntries = [];
    private readonly HashSet<int> _freshNodes = [];
    private readonly Dictionary<DomainName, int> _nodeOf = [];
    private ImmutableArray<SteeredRRset> _steered = zone.Steered;
    private int _rrsetCount = zone.RRsets.Count;
    private int _maxLabelCount;

    /// <summary>Works the changes in; false when the zone has to be compiled as a whole.</summary>
    public bool TryApply(List<RRsetChange> changes)
    {
        HashSet<DomainName> restructured = [];
        foreach (RRsetChange change in changes)
        {
            if (change.Before is null || change.After is null)
            {
                restructured.Add(change.Any.Owner);
            }
        }
        if (restructured.Count > 0 && (!zone.IsOrdered || !changes.TrueForAll(IsInOrder) || !restructured.All(MayComeAndGo)))
        {
            return false;
        }
        foreach (RRsetChange change in changes)
        {
            bool isMoved = restructured.Contains(change.Any.Owner);
            if (isMoved ? !IsMovable(change) : !TryReplace(change))
            {
                return false;
            }
        }
        return restructured.Count == 0 || TryRestructure(restructured);
    }

    /// <summary>The zone with the changes that were worked in.</summary>
    public CompiledZone Finish(uint soaSerial)
    {
        int apex = NodeOf(model.Apex);
        ZoneNode apexNode = Node(apex);
        PutFresh(Find(apexNode, RecordType.SOA), _compiler.EncodeSoa(soaSerial, isNegative: false));
        PutFresh(zone.NegativeSoaRRset, _compiler.EncodeSoa(soaSerial, isNegative: true));
        OctetStore store = zone.Store.Append(_compiler.Octets.ToArray(), out int octets);
        int patches = zone.Patches.Length;
        foreach (int index in _freshEntries)
        {
            ref RRsetEntry entry = ref CollectionsMarshal.GetValueRefOrNullRef(_entries, index);
            entry.WireOffset += octets;
            entry.TargetOffset += octets;
            entry.PatchStart += patches;
        }
        foreach (int index in _freshNodes)
        {
            CollectionsMarshal.GetValueRefOrNullRef(_nodes, index).NameOffset += octets;
        }
        ZonePatch patch = new(
            store,
            _nodes.Count == 0 ? zone.Nodes : zone.Nodes.With(_nodes),
            zone.RRsets.With(_entries),
            _compiler.Patches.Count == 0 ? zone.Patches : [.. zone.Patches, .. _compiler.Patches],
            _steered)
        {
            MaxLabelCount = _maxLabelCount,
            RotationSlotCount = zone.RotationSlotCount + _compiler.RotationSlots,
        };
        return zone.With(model, soaSerial, in patch);
    }

    /// <summary>Whether what came stands where it belongs: then the model is in order as the one before was.</summary>
    private bool IsInOrder(RRsetChange change) => change.After is null
        || ((change.Index == 0 || RRsetModel.Compare(model.RRsets[change.Index - 1], change.After) < 0)
            && (change.Index == model.RRsets.Length - 1 || RRsetModel.Compare(change.After, model.RRsets[change.Index + 1]) < 0));

    /// <summary>Whether a name may get or lose types, and exist or not, without any other answer changing by it.</summary>
    private bool MayComeAndGo(DomainName owner)
    {
        // A wildcard stands for names beside it, which other records may bring along.
        if (zone.AdditionalNames.Contains(owner) || (owner.IsWildcard && owner.Parent is { } parent && zone.AdditionalNames.Contains(parent)))
        {
            return false;
        }
        for (DomainName? at = owner; at is not null; at = at == model.Apex ? null : at.Parent)
        {
            int node = zone.FindNode(at.Wire, NameHash.Compute(at.Wire));
            if (node < 0)
            {
                continue;
            }
            ref readonly ZoneNode found = ref zone.Nodes[node];
            if (found.OccludedBy >= 0 || (found.Flags & (ZoneNodeFlags.Delegation | ZoneNodeFlags.HasDname)) != 0)
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>Whether a change of a name whose types change can be worked in.</summary>
    private static bool IsMovable(RRsetChange change) => IsMovable(change.Before) && IsMovable(change.After)
        // Records that name hosts bring other records along.
        && (change.After is null || AdditionalTargets.NameOffset(change.After.Type) < 0);

    private static bool IsMovable(RRsetModel? rrset) =>
        rrset is null || (rrset is { Steering: null, Outside: null } && rrset.Type is not (RecordType.NS or RecordType.DNAME));

    /// <summary>Puts other data in an RRset's place.</summary>
    private bool TryReplace(RRsetChange change)
    {
        if (change is not { Before: { } before, After: { } after } || !IsReplaceable(before, after))
        {
            return false;
        }
        int index = Find(zone.Nodes[NodeOf(after.Owner)], after.Type);
        RRsetEntry entry = _compiler.Encode(after);
        if (entry.SteeredIndex != RRsetEntry.None)
        {
            int place = zone.RRsets[index].SteeredIndex;
            _steered = _steered.SetItem(place, _compiler.Steered[entry.SteeredIndex]);
            entry.SteeredIndex = place;
        }
        PutFresh(index, entry);
        return true;
    }

    private static bool IsReplaceable(RRsetModel before, RRsetModel after) =>
        (before.Steering is null && before.Outside is null) == (after.Steering is null && after.Outside is null)
        // A counter is numbered within the zone.
        && !RRsetCompiler.Rotates(before) && !RRsetCompiler.Rotates(after)
        // Records that name hosts bring other records along; DNAME is looked at from below.
        && AdditionalTargets.NameOffset(after.Type) < 0
        && after.Type != RecordType.DNAME;

    /// <summary>Lets names come and go, from the top down, and writes the RRsets of those whose types changed.</summary>
    private bool TryRestructure(HashSet<DomainName> owners)
    {
        HashSet<DomainName> touched = [];
        foreach (DomainName owner in owners)
        {
            for (DomainName? at = owner; at is not null && at != model.Apex && touched.Add(at);)
            {
                at = at.Parent;
            }
        }
        foreach (DomainName name in touched.OrderBy(name => name.LabelCount))
        {
            bool exists = model.Exists(name);
            int node = NodeOf(name);
            if (exists == node >= 0)
            {
                continue;
            }
            if (zone.AdditionalNames.Contains(name))
            {
                return false; // The wildcard that stands for a host below it is another one from now on.
            }
            if (!exists)
            {
                RemoveNode(name, node);
            }
            else if (!TryAddNode(name))
            {
                return false;
            }
        }
        foreach (DomainName owner in owners)
        {
            if (NodeOf(owner) is var node and >= 0)
            {
                WriteRRsets(owner, node);
            }
        }
        return true;
    }

    private bool TryAddNode(DomainName name)
    {
        ulong hash = NameHash.Compute(name.Wire);
        if (!zone.TryAddName(hash, out int node))
        {
            return false;
        }
        _nodeOf[name] = node;
        _nodes[node] = new ZoneNode
        {
            HashTag = (uint)(hash >> 32),
            NameOffset = _compiler.Octets.Append(name.Wire),
            NameLength = (byte)name.Wire.Length,
            OccludedBy = RRsetEntry.None,
            WildcardChild = RRsetEntry.None,
        };
        _freshNodes.Add(node);
        _maxLabelCount = Math.Max(_maxLabelCount, name.LabelCount);
        LinkWildcard(name, node);
        return true;
    }

    private void RemoveNode(DomainName name, int node)
    {
        _nodeOf[name] = RRsetEntry.None;
        _nodes[node] = new ZoneNode { OccludedBy = RRsetEntry.None, WildcardChild = RRsetEntry.None };
        LinkWildcard(name, RRsetEntry.None);
    }

    private void LinkWildcard(DomainName name, int node)
    {
        // From the top down: a name above that went is not there any more.
        if (name.IsWildcard && name.Parent is { } parent && NodeOf(parent) is var above and >= 0)
        {
            _nodes[above] = Node(above) with { WildcardChild = node };
        }
    }

    private void WriteRRsets(DomainName owner, int node)
    {
        ZoneNode written = Node(node);
        ZoneNode before = written;
        List<(RRsetEntry Entry, bool IsFresh)> entries = [];
        if (owner == model.Apex)
        {
            entries.Add((zone.RRsets[Find(before, RecordType.SOA)], false));
        }
        written.Flags &= ~ZoneNodeFlags.HasCname;
        foreach (RRsetModel rrset in model.RRsets.OfOwner(owner))
        {
            written.Flags |= rrset.Type == RecordType.CNAME ? ZoneNodeFlags.HasCname : ZoneNodeFlags.None;
            int known = Find(before, rrset.Type);
            bool isSame = known >= 0 && zone.Model.RRsets.Find(owner, rrset.Type) is { } old && RRsetEquality.AreEqual(old, rrset);
            entries.Add(isSame ? (zone.RRsets[known], false) : (Encode(rrset), true));
        }
        entries.Sort(static (left, right) => left.Entry.Type.CompareTo(right.Entry.Type));
        written.FirstRRset = _rrsetCount;
        written.RRsetCount = (ushort)entries.Count;
        _nodes[node] = written;
        foreach ((RRsetEntry entry, bool isFresh) in entries)
        {
            _entries[_rrsetCount] = entry;
            if (isFresh)
            {
                _freshEntries.Add(_rrsetCount);
            }
            _rrsetCount++;
        }
    }

    private RRsetEntry Encode(RRsetModel rrset)
    {
        RRsetEntry entry = _compiler.Encode(rrset);
        entry.RotationSlot += entry.RotationSlot == RRsetEntry.None ? 0 : zone.RotationSlotCount;
        return entry;
    }

    private void PutFresh(int index, RRsetEntry entry)
    {
        _entries[index] = entry;
        _freshEntries.Add(index);
    }

    /// <summary>The number of a name, with what was worked in; −1 when there is no such name.</summary>
    private int NodeOf(DomainName name) =>
        _nodeOf.TryGetValue(name, out int node) ? node : zone.FindNode(name.Wire, NameHash.Compute(name.Wire));

    private ZoneNode Node(int node) => _nodes.TryGetValue(node, out ZoneNode changed) ? changed : zone.Nodes[node];

    /// <summary>The RRset of a type at a node, with what was worked in; −1 when there is none.</summary>
    private int Find(in ZoneNode node, RecordType type)
    {
        for (int i = node.FirstRRset; i < node.FirstRRset + node.RRsetCount; i++)
        {
            RRsetEntry entry = _entries.TryGetValue(i, out RRsetEntry changed) ? changed : zone.RRsets[i];
            if (entry.Type == type)
            {
                return i;
            }
        }
        return RRsetEntry.None;
    }
}

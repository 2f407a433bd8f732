using System.Buffers.Binary;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Model;

namespace Meridian.Engine.Zones;

/// <summary>
/// Finds what goes along with records that name a host: glue with a referral (RFC 1034 §4.3.2 step 3b), and the target's
/// addresses with an answer (step 6).
/// </summary>
/// <param name="apex">Of the zone.</param>
/// <param name="rrsets">The zone's RRsets in order.</param>
/// <param name="nodes">Its names.</param>
/// <param name="entries">Its RRsets as compiled; filled in.</param>
/// <param name="find">The node of a name, or −1.</param>
/// <param name="octets">The templates.</param>
internal sealed class AdditionalLinker(
    DomainName apex,
    RRsetList rrsets,
    PagedTable<ZoneNode> nodes,
    PagedTable<RRsetEntry> entries,
    NodeFinder find,
    byte[] octets)
{
    private readonly HashSet<DomainName> _names = [];
    private readonly List<AdditionalEntry> _additional = [];

    /// <summary>The names in the zone that were looked for, whether or not they are there, and everything above them.</summary>
    public IReadOnlySet<DomainName> Names => _names;

    /// <summary>What was found.</summary>
    public IReadOnlyList<AdditionalEntry> Additional => _additional;

    /// <summary>Fills in what goes along with RRsets that name hosts.</summary>
    public void Link(IEnumerable<HostRow> hosts)
    {
        foreach (HostRow host in hosts)
        {
            List<AdditionalEntry> found = FindAdditional(rrsets.RowAt(host.Row), host.Node, host.Entry);
            ref RRsetEntry entry = ref entries.Writable(host.Entry);
            entry.AdditionalStart = _additional.Count;
            entry.AdditionalCount = found.Count;
            _additional.AddRange(found);
        }
    }

    private List<AdditionalEntry> FindAdditional(RRsetRow named, int ownerNode, int rrset)
    {
        RRsetEntry entry = entries[rrset];
        RecordType type = entry.Type;
        DomainName owner = named.Owner;
        List<AdditionalEntry> found = [];
        // Several records may name one host: its addresses go along once. What is in the answer does not go along too.
        HashSet<int> seen = [rrset];
        bool isCut = type == RecordType.NS && (nodes[ownerNode].Flags & ZoneNodeFlags.Delegation) != 0;
        int next = 0;
        foreach (ReadOnlySpan<byte> rdata in named.Records)
        {
            int nameOffset = next + RRsetEncoder.RecordHeaderLength + AdditionalTargets.NameOffset(type);
            next += RRsetEncoder.RecordHeaderLength + BinaryPrimitives.ReadUInt16BigEndian(octets.AsSpan(entry.WireOffset + next + RRsetEncoder.RdataLengthOffset));
            ReadOnlySpan<byte> name = rdata[AdditionalTargets.NameOffset(type)..];
            // SVCB has parameters behind the name. A target that is the root is the owner itself, or no host at all (RFC
            // 7505, RFC 2782, RFC 9460 §2.5), and whoever asked knows how to ask for the owner.
            if (!TryReadName(name, out DomainName? target) || target!.IsRoot
                || FindTarget(target, allowGlue: type == RecordType.NS) is not (int node and >= 0))
            {
                continue;
            }
            for (int r = nodes[node].FirstRRset; r < nodes[node].FirstRRset + nodes[node].RRsetCount; r++)
            {
                if (AdditionalTargets.GoesAlong(type, entries[r].Type) && entries[r].SteeredIndex == RRsetEntry.None && seen.Add(r))
                {
                    // Without the addresses of servers inside the delegated zone nobody can follow the referral.
                    found.Add(new AdditionalEntry(nameOffset, r, isCut && target.IsSubdomainOf(owner)));
                }
            }
        }
        // What is required comes first, so that it is not kept out by what is not; then all A before any AAAA, so that
        // what is cut off leaves each host with an address. OrderBy keeps the order of the records otherwise.
        return [.. found.OrderBy(entry => !entry.IsRequired).ThenBy(entry => entries[entry.RRset].Type)];
    }

    private static bool TryReadName(ReadOnlySpan<byte> rdata, out DomainName? name)
    {
        int length = 0;
        while (length < rdata.Length && rdata[length] is > 0 and <= DomainName.MaxLabelLength)
        {
            length += rdata[length] + 1;
        }
        name = null;
        return length < rdata.Length && DomainName.TryFromWire(rdata[..(length + 1)], out name) == DomainNameError.None;
    }

    /// <summary>The node with a host's records: its own, or the wildcard that stands for it; −1 when there is none.</summary>
    private int FindTarget(DomainName target, bool allowGlue)
    {
        Remember(target);
        if (find(target.Wire) is >= 0 and int node)
        {
            return nodes[node].OccludedBy < 0 || (allowGlue && IsBelowCut(node)) ? node : RRsetEntry.None;
        }
        DomainName? encloser = target.Parent;
        while (encloser is not null && find(encloser.Wire) < 0)
        {
            encloser = encloser.Parent;
        }
        // RFC 4592 §3.3: the wildcard child of the closest encloser, inside the zone's authority.
        return encloser is not null && nodes[find(encloser.Wire)] is { OccludedBy: < 0 } found && (found.Flags & ZoneNodeFlags.HasDname) == 0
            ? found.WildcardChild
            : RRsetEntry.None;
    }

    private void Remember(DomainName target)
    {
        if (target.IsSubdomainOf(apex))
        {
            // The others above it are there already when one is.
            for (DomainName? at = target; at is not null && _names.Add(at) && at != apex;)
            {
                at = at.Parent;
            }
        }
    }

    /// <summary>Below a cut is where glue belongs; below a DNAME records do not exist for anybody (RFC 6672 §2.4).</summary>
    private bool IsBelowCut(int node) => (nodes[nodes[node].OccludedBy].Flags & ZoneNodeFlags.Delegation) != 0;
}

/// <summary>Finds the node of a name in lower case; −1 when there is none.</summary>
internal delegate int NodeFinder(ReadOnlySpan<byte> name);

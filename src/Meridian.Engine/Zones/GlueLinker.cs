using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Model;

namespace Meridian.Engine.Zones;

/// <summary>
/// Finds the addresses that go along with NS records: glue with a referral (RFC 1034 §4.3.2 step 3b), and additional
/// records with an answer (RFC 1035 §3.3.11).
/// </summary>
internal sealed class GlueLinker(
    ZoneNode[] nodes,
    Dictionary<DomainName, int> nodeOf,
    ILookup<DomainName, RRsetModel> byOwner,
    List<RRsetEntry> rrsets,
    List<GlueEntry> glue)
{
    /// <summary>Fills in the glue of every NS RRset.</summary>
    /// <param name="names">The names of the nodes.</param>
    public void Link(DomainName[] names)
    {
        for (int i = 0; i < nodes.Length; i++)
        {
            for (int r = nodes[i].FirstRRset; r < nodes[i].FirstRRset + nodes[i].RRsetCount; r++)
            {
                RRsetEntry entry = rrsets[r];
                if (entry.Type == RecordType.NS)
                {
                    List<GlueEntry> found = FindGlue(names[i], (nodes[i].Flags & ZoneNodeFlags.Delegation) != 0);
                    entry.GlueStart = glue.Count;
                    entry.GlueCount = found.Count;
                    glue.AddRange(found);
                    rrsets[r] = entry;
                }
            }
        }
    }

    private List<GlueEntry> FindGlue(DomainName owner, bool isCut)
    {
        List<GlueEntry> found = [];
        RRsetModel ns = byOwner[owner].First(rrset => rrset.Type == RecordType.NS);
        for (int record = 0; record < ns.Rdata.Length; record++)
        {
            if (DomainName.TryFromWire(ns.Rdata[record].Span, out DomainName? server) == DomainNameError.None
                && FindServer(server!) is int node and >= 0)
            {
                // Without the addresses of servers inside the delegated zone nobody can follow the referral. The records
                // that are answered at the apex are of use without them.
                AddAddresses(record, node, isCut && server!.IsSubdomainOf(owner), found);
            }
        }
        // What is required comes first, so that it is not kept out by what is not; then all A before any AAAA, so that
        // what is cut off leaves each server with an address. OrderBy keeps the order of the records otherwise.
        return [.. found.OrderBy(entry => !entry.IsRequired).ThenBy(entry => rrsets[entry.RRset].Type)];
    }

    private void AddAddresses(int record, int node, bool isRequired, List<GlueEntry> found)
    {
        for (int r = nodes[node].FirstRRset; r < nodes[node].FirstRRset + nodes[node].RRsetCount; r++)
        {
            if (rrsets[r].Type is RecordType.A or RecordType.AAAA && rrsets[r].SteeredIndex == RRsetEntry.None)
            {
                found.Add(new GlueEntry(record, r, isRequired));
            }
        }
    }

    /// <summary>The node with a server's addresses: its own, or the wildcard that stands for it; −1 when there is none.</summary>
    private int FindServer(DomainName server)
    {
        if (nodeOf.TryGetValue(server, out int node))
        {
            return IsRedirected(node) ? RRsetEntry.None : node;
        }
        DomainName? encloser = server.Parent;
        while (encloser is not null && !nodeOf.ContainsKey(encloser))
        {
            encloser = encloser.Parent;
        }
        // RFC 4592 §3.3: the wildcard child of the closest encloser, inside the zone's authority.
        return encloser is not null && nodes[nodeOf[encloser]].OccludedBy < 0 ? nodes[nodeOf[encloser]].WildcardChild : RRsetEntry.None;
    }

    /// <summary>Below a DNAME: its records do not exist for anybody (RFC 6672 §2.4). Below a cut is where glue belongs.</summary>
    private bool IsRedirected(int node) =>
        nodes[node].OccludedBy is int occluder and >= 0 && (nodes[occluder].Flags & ZoneNodeFlags.Delegation) == 0;
}

using Meridian.Dns.Names;
using Meridian.Dns.Records;

namespace Meridian.Engine.Zones;

/// <summary>
/// Finds for each name what takes it out of the zone's authority or redirects it: the zone cut or the DNAME nearest to
/// the apex. What lies below belongs to somebody else, or must not exist (RFC 6672 §2.4), and is never answered.
/// </summary>
internal static class ZoneOcclusion
{
    /// <summary>Marks the nodes of a zone, which are in canonical order: what is below a name stands right behind it.</summary>
    public static void Mark(PagedTable<ZoneNode> nodes, PagedTable<RRsetEntry> entries, ReadOnlySpan<byte> octets)
    {
        int occluder = RRsetEntry.None;
        ReadOnlySpan<byte> above = [];
        int labels = 0;
        for (int i = 0; i < nodes.Count; i++)
        {
            ref ZoneNode node = ref nodes.Writable(i);
            ReadOnlySpan<byte> name = octets.Slice(node.NameOffset, node.NameLength);
            if (occluder >= 0 && WireNames.CountCommonLabels(name, above) == labels)
            {
                node.OccludedBy = occluder;
                continue;
            }
            occluder = RRsetEntry.None;
            bool isCut = i > 0 && Has(in node, RecordType.NS, entries);
            if (isCut)
            {
                node.OccludedBy = i;
                node.Flags |= ZoneNodeFlags.Delegation;
            }
            // A DNAME redirects what is below it, not its owner (RFC 6672 §2.3).
            if (isCut || (node.Flags & ZoneNodeFlags.HasDname) != 0)
            {
                occluder = i;
                above = name;
                labels = WireNames.CountLabels(name);
            }
        }
    }

    private static bool Has(in ZoneNode node, RecordType type, PagedTable<RRsetEntry> entries)
    {
        for (int i = node.FirstRRset; i < node.FirstRRset + node.RRsetCount; i++)
        {
            if (entries[i].Type == type)
            {
                return true;
            }
        }
        return false;
    }
}

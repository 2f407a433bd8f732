using Meridian.Dns.Records;
using Meridian.Engine.Zones;

namespace Meridian.Engine.Answering;

/// <summary>Finds a name in its zone (RFC 1034 §4.3.2 step 3, RFC 4592).</summary>
internal static class NameLookup
{
    /// <summary>Finds the node that answers for a name.</summary>
    /// <param name="zone">The closest zone.</param>
    /// <param name="name">The name in lower case, at or below the zone's apex.</param>
    /// <param name="labels">Where its labels begin.</param>
    /// <param name="type">DS is answered at a zone cut instead of referred.</param>
    /// <param name="node">The node; for a referral the zone cut, −1 for a name that does not exist.</param>
    public static LookupOutcome Find(
        CompiledZone zone, ReadOnlySpan<byte> name, ReadOnlySpan<byte> labels, RecordType type, out int node)
    {
        node = zone.FindNode(name, NameHash.Compute(name));
        if (node >= 0)
        {
            int cut = zone.Nodes[node].CutNode;
            if (cut < 0 || (cut == node && type == RecordType.DS))
            {
                return LookupOutcome.Exact;
            }
            node = cut;
            return LookupOutcome.Referral;
        }
        return FindAbove(zone, name, labels, out node);
    }

    /// <summary>The name itself does not exist: its closest encloser decides.</summary>
    private static LookupOutcome FindAbove(CompiledZone zone, ReadOnlySpan<byte> name, ReadOnlySpan<byte> labels, out int node)
    {
        // Nothing in the zone is deeper than its deepest name, so a long name costs no more than a short one.
        int first = Math.Max(1, labels.Length - zone.MaxLabelCount);
        for (int label = first; label <= labels.Length; label++)
        {
            ReadOnlySpan<byte> suffix = name[(label == labels.Length ? name.Length - 1 : labels[label])..];
            int encloser = zone.FindNode(suffix, NameHash.Compute(suffix));
            if (encloser < 0)
            {
                continue;
            }
            if (zone.Nodes[encloser].CutNode >= 0)
            {
                node = zone.Nodes[encloser].CutNode;
                return LookupOutcome.Referral;
            }
            node = zone.Nodes[encloser].WildcardChild;
            return node >= 0 ? LookupOutcome.Wildcard : LookupOutcome.NxDomain;
        }
        // Not reached: the apex always exists and is a suffix of every name looked up here.
        node = -1;
        return LookupOutcome.NxDomain;
    }
}

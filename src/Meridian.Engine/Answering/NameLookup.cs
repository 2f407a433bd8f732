using Meridian.Dns.Records;
using Meridian.Engine.Zones;

namespace Meridian.Engine.Answering;

/// <summary>Finds a name in its zone (RFC 1034 §4.3.2 step 3, RFC 4592, RFC 6672 §3.2).</summary>
internal static class NameLookup
{
    /// <summary>Finds the node that answers for a name.</summary>
    /// <param name="zone">The closest zone.</param>
    /// <param name="name">The name in lower case, at or below the zone's apex.</param>
    /// <param name="hash">Its <see cref="NameHash"/>.</param>
    /// <param name="labels">Where its labels begin.</param>
    /// <param name="type">DS is answered at a zone cut instead of referred.</param>
    /// <param name="node">The node; for a referral the zone cut, for a redirection the owner of the DNAME, −1 for a name that does not exist.</param>
    public static LookupOutcome Find(
        CompiledZone zone, ReadOnlySpan<byte> name, ulong hash, ReadOnlySpan<byte> labels, RecordType type, out int node)
    {
        node = zone.FindNode(name, hash);
        if (node < 0)
        {
            return FindAbove(zone, name, labels, out node);
        }
        int occluder = zone.Nodes[node].OccludedBy;
        if (occluder < 0 || (occluder == node && type == RecordType.DS))
        {
            return LookupOutcome.Exact;
        }
        node = occluder;
        return OutcomeAt(in zone.Nodes[occluder]);
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
            ref readonly ZoneNode found = ref zone.Nodes[encloser];
            if (found.OccludedBy >= 0)
            {
                node = found.OccludedBy;
                return OutcomeAt(in zone.Nodes[node]);
            }
            // RFC 6672 §3.2 step 3c: a DNAME at the closest encloser comes before a wildcard below it.
            if ((found.Flags & ZoneNodeFlags.HasDname) != 0)
            {
                node = encloser;
                return LookupOutcome.Redirect;
            }
            // RFC 8020 §2: nothing is below a name that does not exist, unless a wildcard of the closest encloser says so.
            node = found.WildcardChild;
            return node >= 0 ? LookupOutcome.Wildcard : LookupOutcome.NxDomain;
        }
        // Not reached: the apex always exists and is a suffix of every name looked up here.
        node = -1;
        return LookupOutcome.NxDomain;
    }

    private static LookupOutcome OutcomeAt(in ZoneNode occluder) =>
        (occluder.Flags & ZoneNodeFlags.Delegation) != 0 ? LookupOutcome.Referral : LookupOutcome.Redirect;
}

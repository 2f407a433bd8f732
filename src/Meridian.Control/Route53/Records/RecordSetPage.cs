using System.Collections.Immutable;
using Meridian.Control.Route53.Reading;
using Meridian.Dns.Records;

namespace Meridian.Control.Route53.Records;

/// <summary>Reads a page of a zone: only the owners on it are looked at.</summary>
internal static class RecordSetPage
{
    /// <summary>The record sets from a place on.</summary>
    /// <param name="zone">The zone.</param>
    /// <param name="lookup">Ids of what records refer to.</param>
    /// <param name="start">A <see cref="OwnerEntry.SortKey"/>, of a name that need not exist; empty for the beginning.</param>
    /// <param name="type">Where in the first name, if it is exactly that one; null for its beginning.</param>
    /// <param name="identifier">Where in the first type.</param>
    /// <param name="count">How many at most.</param>
    public static ImmutableArray<RecordSet> Read(HostedZone zone, IRecordSetLookup lookup, string start, string? type, string? identifier, int count)
    {
        ImmutableArray<RecordSet>.Builder page = ImmutableArray.CreateBuilder<RecordSet>();
        int index = zone.Owners.IndexOf(OwnerEntry.At(start));
        for (int at = index < 0 ? ~index : index; at < zone.Owners.Count && page.Count < count; at++)
        {
            OwnerEntry entry = zone.Owners[at];
            IEnumerable<RecordSet> sets = zone.ListedOf(entry, lookup);
            if (at == index && type is not null)
            {
                sets = sets.Where(set => RecordSetOrder.Compare(set.Type.ToMnemonic(), set.SetIdentifier, type, identifier) >= 0);
            }
            page.AddRange(sets.Take(count - page.Count));
        }
        return page.ToImmutable();
    }
}

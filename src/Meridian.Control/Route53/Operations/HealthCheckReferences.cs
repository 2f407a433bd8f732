using System.Collections.Immutable;
using System.Text;
using Meridian.Control.Route53.Reading;
using Meridian.Control.Route53.Records;

namespace Meridian.Control.Route53.Operations;

/// <summary>
/// Record sets that a health check leaves behind. The service lets them refer to nothing, and they count as healthy; documents
/// may not, so they lose the reference with the check, in the same revision.
/// </summary>
internal static class HealthCheckReferences
{
    public static void Remove(ChangeDraft draft, DirectoryState state, string id)
    {
        byte[] needle = Encoding.UTF8.GetBytes(id);
        foreach (HostedZone zone in state.Zones.Values)
        {
            foreach (OwnerEntry entry in zone.Owners)
            {
                if (entry.Document is not { } document || document.Body.Utf8.IndexOf(needle) < 0)
                {
                    continue;
                }
                OwnerRecordSets sets = zone.SetsOf(entry.Owner, state);
                ImmutableArray<RecordSet> after = [.. sets.Sets.Select(set => set.HealthCheckId == id ? set with { HealthCheckId = null } : set)];
                if (!after.SequenceEqual(sets.Sets) && sets.With(after) is { } body)
                {
                    draft.Put(document.Key, body, document);
                }
            }
        }
    }
}

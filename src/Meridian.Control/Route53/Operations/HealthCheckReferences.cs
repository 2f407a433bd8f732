using System.Collections.Immutable;
using System.Text;
using Meridian.Control.ChangeLog;
using Meridian.Control.Route53.Policies;
using Meridian.Control.Route53.Reading;
using Meridian.Control.Route53.Records;
using Meridian.Control.Route53.Wire;

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
                if (MadeByPolicy(document, id) is { } instance)
                {
                    throw new Route53Error(400, "HealthCheckInUse", $"The health check {id} is used by the traffic policy instance {instance}.").ToException();
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

    /// <summary>The traffic policy instance that names a check: its tree is its policy's, and nothing is taken out of it.</summary>
    private static string? MadeByPolicy(Document document, string id) => HostedZone.BodyOf(document)?.Entries
        .Where(entry => PolicyTree.Names(entry.Value, id)).Select(entry => PolicyTree.InstanceOf(entry.Value)).FirstOrDefault(instance => instance is not null);
}

using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes.Planning;
using Meridian.Dns.Names;
using Meridian.Engine.Model;

namespace Meridian.Control.Changes.Planned;

/// <summary>What a planned change is about, as the configuration has it now.</summary>
internal static class PlannedRecords
{
    /// <summary>The records of the name as they are, with the TTL that they are to have; nothing where that is so already.</summary>
    public static ImmutableArray<DocumentChange> RestoredTtl(PlannedDocument document, Candidate current)
    {
        if (document.LoweredAt is null || !document.IsTtlLowered || !current.Documents.TryFind(document.RecordsKey, out Document records))
        {
            return [];
        }
        DocumentBody wanted = document.Step == PlannedStep.Changed
            && PlannedDocument.Restore(document.Changes).FirstOrDefault(change => change.Key == document.RecordsKey) is { Body: { } changed }
            ? changed
            : document.Original.ToBody();
        return [DocumentChange.Put(document.RecordsKey, TtlEdit.WithTtlsOf(records.Body, wanted))];
    }

    /// <summary>What somebody changed since the plan was made, in words; null when nothing that it is about.</summary>
    public static string? MovedSince(PlannedDocument document, Candidate current)
    {
        foreach (DocumentChange before in PlannedDocument.Restore(document.Before))
        {
            DocumentBody? now = current.Documents.TryFind(before.Key, out Document found) ? found.Body : null;
            if (before.Key == document.RecordsKey && now is { } lowered && before.Body is { } original)
            {
                now = TtlEdit.WithTtlsOf(lowered, original);
            }
            bool isSame = (now, before.Body) switch
            {
                (null, null) => true,
                ({ } one, { } other) => JsonNode.DeepEquals(JsonNode.Parse(one.Utf8), JsonNode.Parse(other.Utf8)),
                _ => false,
            };
            if (!isSame)
            {
                return $"somebody changed {before.Key} after this was planned";
            }
        }
        return null;
    }

    /// <summary>The longest TTL among a name's records; null when it has none.</summary>
    public static uint? TtlOf(MeridianModel model, DomainName name) => model.Zones.Values
        .SelectMany(zone => zone.RRsets.Where(rrset => rrset.Owner == name).Select(rrset =>
            (uint?)(rrset.TtlSeconds ?? (rrset.Steering is { } steering ? model.Policies[steering.Policy].TtlSeconds : null) ?? zone.DefaultTtlSeconds)))
        .Max();
}

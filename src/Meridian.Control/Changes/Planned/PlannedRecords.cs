using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes.Documents;
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

    /// <summary>The name of the zone that a document is a part of; null for one of no zone.</summary>
    public static string? ZoneNameOf(DocumentKey document) => document.Kind switch
    {
        DocumentKinds.Zone => document.Name,
        DocumentKinds.Records when RecordsName.TrySplit(document.Name, out string? zone, out _) => zone,
        _ => null,
    };

    /// <summary>The zone that a document is a part of; null when there is none any more.</summary>
    public static ZoneModel? ZoneOf(MeridianModel model, DocumentKey document) =>
        ZoneNameOf(document) is { } zone && ZoneKey.TryParse(zone, out ZoneKey key, out _) ? model.Zones.GetValueOrDefault(key) : null;

    /// <summary>
    /// The longest TTL among a name's records in one zone; null when it has none. What another zone says of the name is for other
    /// clients, whose caches are not these.
    /// </summary>
    public static uint? TtlOf(MeridianModel model, ZoneModel zone, DomainName name) => zone.RRsets.OfOwner(name).Select(rrset =>
        (uint?)(rrset.TtlSeconds ?? (rrset.Steering is { } steering ? model.Policies[steering.Policy].TtlSeconds : null) ?? zone.DefaultTtlSeconds)).Max();
}

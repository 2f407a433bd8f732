using System.Globalization;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes.Documents;
using Meridian.Control.Changes.Planning;
using Meridian.Engine.Model;

namespace Meridian.Control.Changes.Planned;

/// <summary>From what somebody wants to the document of a planned change.</summary>
internal static class PlannedDraft
{
    /// <summary>Finds the records of the name whose TTL is to be lowered.</summary>
    /// <param name="current">The configuration.</param>
    /// <param name="wanted">What somebody wants.</param>
    /// <param name="records">Their document.</param>
    /// <param name="ttl">The longest TTL among them.</param>
    /// <returns>What is wrong, in words; null when nothing is.</returns>
    public static string? FindRecords(Candidate current, NewPlannedChange wanted, out Document records, out uint ttl)
    {
        (records, ttl) = (default, 0);
        ZoneModel? zone = current.Model.Zones.Values.Where(one => wanted.Name.IsSubdomainOf(one.Apex)).MaxBy(one => one.Apex.Wire.Length);
        if (zone is null)
        {
            return $"{wanted.Name} is in no zone of this server";
        }
        DocumentKey key = new(DocumentKinds.Records, RecordsName.Of(zone.Key, wanted.Name));
        if (!current.Documents.TryFind(key, out records) || PlannedRecords.TtlOf(current.Model, wanted.Name) is not { } found)
        {
            return $"{wanted.Name} has no records of its own";
        }
        ttl = found;
        return wanted.Guard.FirstOrDefault(monitor => !current.Model.Monitors.ContainsKey(monitor)) is { } unknown ? $"there is no monitor '{unknown}' to guard it" : null;
    }

    /// <summary>Writes the plan down.</summary>
    /// <param name="wanted">What somebody wants.</param>
    /// <param name="current">What it was looked at on.</param>
    /// <param name="records">The records of the name.</param>
    /// <param name="oldTtl">Their TTL.</param>
    /// <param name="measuredTail">How much longer than their TTL caches were seen to keep answers; null where nothing was measured.</param>
    public static PlannedDocument Compose(NewPlannedChange wanted, Candidate current, Document records, uint oldTtl, TimeSpan? measuredTail)
    {
        TimeSpan tail = wanted.Tail ?? measuredTail ?? TimeSpan.Zero;
        IEnumerable<DocumentKey> touched = wanted.Change.Changes.Select(change => change.Key).Append(records.Key).Distinct();
        return new PlannedDocument
        {
            Name = wanted.Name.ToString(),
            Records = records.Key.Name,
            At = wanted.At,
            OldTtlSeconds = oldTtl,
            LowTtlSeconds = wanted.LowTtlSeconds,
            TailSeconds = tail.TotalSeconds,
            VerifySeconds = (wanted.VerifyFor ?? TimeSpan.FromSeconds(2 * wanted.LowTtlSeconds) + tail).TotalSeconds,
            Guard = wanted.Guard,
            IsForced = wanted.IsForced,
            Author = wanted.Change.Author,
            Origin = wanted.Change.Origin,
            Message = wanted.Change.Message,
            Reason = wanted.Change.Reason,
            Changes = PendingDocument.Store(wanted.Change.Changes),
            Before = PendingDocument.Store([.. touched.Select(one => new DocumentChange(one, current.Documents.TryFind(one, out Document found) ? found.Body : null))]),
            Original = records.Body.ToElement(),
        };
    }

    /// <summary>Why its time is too soon for caches, in words; null when it is not.</summary>
    public static string? TooSoon(PlannedDocument document, NewPlannedChange wanted, DateTimeOffset now)
    {
        if (wanted.At < now)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{wanted.At:u} is over");
        }
        return document.LowerAt >= now || wanted.IsForced
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"caches may hold {document.Name} for {document.OldTtlSeconds} s{(document.TailSeconds > 0 ? $" and {document.TailSeconds:0} s more, as measured" : "")}: the earliest time is {now + document.Wait:u}; --force makes the change at {wanted.At:u} all the same, and some clients then follow late");
    }
}

using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes.Documents;
using Meridian.Control.Changes.Planning;
using Meridian.Dns.Names;
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
        if (!TryFindZone(current, wanted, out ZoneModel? zone, out string? problem))
        {
            return problem;
        }
        if (!current.Documents.TryFind(KeyIn(zone, wanted.Name), out records) || PlannedRecords.TtlOf(current.Model, zone, wanted.Name) is not { } found)
        {
            return $"{wanted.Name} has no records of its own";
        }
        ttl = found;
        return wanted.Guard.FirstOrDefault(monitor => !current.Model.Monitors.ContainsKey(monitor)) is { } unknown ? $"there is no monitor '{unknown}' to guard it" : null;
    }

    /// <summary>
    /// Of several zones that a name is in, for different clients, the one that the change is about: the one that was asked for, or
    /// whose records of the name it writes, or of which it writes anything; else the one that everybody sees.
    /// </summary>
    private static bool TryFindZone(Candidate current, NewPlannedChange wanted, [NotNullWhen(true)] out ZoneModel? zone, [NotNullWhen(false)] out string? problem)
    {
        (zone, problem) = (null, null);
        // The longest name first, and of one name the zone without a label.
        ZoneModel[] around =
        [
            .. current.Model.Zones.Values
                .Where(one => wanted.Name.IsSubdomainOf(one.Apex) && (wanted.ZoneLabel is null || one.Key.Label == wanted.ZoneLabel))
                .OrderByDescending(one => one.Apex.Wire.Length).ThenBy(one => one.Key),
        ];
        if (around.Length == 0)
        {
            problem = wanted.ZoneLabel is null ? $"{wanted.Name} is in no zone of this server" : $"{wanted.Name} is in no zone with the label '{wanted.ZoneLabel}'";
            return false;
        }
        ZoneModel[] having = [.. around.Where(one => current.Documents.TryFind(KeyIn(one, wanted.Name), out _))];
        ZoneModel[] written = [.. having.Where(one => wanted.Change.Changes.Any(change => change.Key == KeyIn(one, wanted.Name)))];
        if (written is [var first, var second, ..] && first.Apex == second.Apex)
        {
            problem = $"the change is about {wanted.Name} in the zones {first.Key} and {second.Key}, and one plan lowers the TTL of one of them: plan a change for each";
            return false;
        }
        zone = written.FirstOrDefault()
            ?? having.FirstOrDefault(one => wanted.Change.Changes.Any(change => PlannedRecords.ZoneNameOf(change.Key) == RecordsName.OfZone(one.Key)))
            ?? having.FirstOrDefault()
            ?? around[0];
        return true;
    }

    private static DocumentKey KeyIn(ZoneModel zone, DomainName name) => new(DocumentKinds.Records, RecordsName.Of(zone.Key, name));

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

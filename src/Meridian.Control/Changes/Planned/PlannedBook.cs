using System.Collections.Immutable;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes.Planning;
using Meridian.Dns.Names;

namespace Meridian.Control.Changes.Planned;

/// <summary>The planned changes that a configuration holds.</summary>
internal static class PlannedBook
{
    /// <summary>Ended plans that are kept to be looked at; 0 to 1,000. The revisions themselves stay in the history.</summary>
    private const int EndedKept = 16;

    /// <summary>Plans under way at once; 1 to 10,000: each is looked at every second.</summary>
    private const int OpenMax = 256;

    /// <summary>All of them, with their ids.</summary>
    public static ImmutableArray<(string Id, PlannedDocument Document)> All(Candidate current) =>
    [
        .. current.Documents.Where(document => document.Key.Kind == PlannedDocument.Kind)
            .Select(document => (document.Key.Name, Document: PlannedDocument.TryRead(document.Body)))
            .Where(one => one.Document is not null).Select(one => (one.Name, one.Document!)), // Filtered.
    ];

    /// <summary>One of them; null when there is none of that name.</summary>
    public static PlannedDocument? Find(Candidate current, string id) => All(current).FirstOrDefault(one => one.Id == id).Document;

    /// <summary>Ended plans give way to new ones; one name has one plan at a time in each of its zones.</summary>
    public static (ImmutableArray<DocumentChange> Forgotten, string? Refusal) MakeRoom(Candidate current, DocumentKey records, DomainName name)
    {
        ImmutableArray<(string Id, PlannedDocument Document)> all = All(current);
        if (all.FirstOrDefault(one => !one.Document.HasEnded && one.Document.RecordsKey == records) is { Id: { } other })
        {
            return ([], $"{name} has a planned change already: {other}");
        }
        if (all.Count(one => !one.Document.HasEnded) >= OpenMax)
        {
            return ([], $"at most {OpenMax} changes are planned at once");
        }
        return ([.. all.Where(one => one.Document.HasEnded).OrderByDescending(one => one.Document.EndedAt).Skip(EndedKept - 1).Select(one => DocumentChange.Delete(PlannedDocument.KeyOf(one.Id)))], null);
    }
}

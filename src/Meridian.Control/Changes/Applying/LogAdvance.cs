using Meridian.Control.ChangeLog;
using Meridian.Control.Changes.Documents;

namespace Meridian.Control.Changes.Applying;

/// <summary>What others appended to the log: the documents after it, which of them changed, and the revision that they are of.</summary>
/// <param name="Documents">All of them.</param>
/// <param name="Changed">Those that came, went or changed.</param>
/// <param name="Number">The revision.</param>
internal readonly record struct LogAdvance(DocumentSet Documents, IReadOnlyCollection<DocumentKey> Changed, long Number)
{
    /// <summary>Reads everything after a revision.</summary>
    /// <param name="log">Where.</param>
    /// <param name="before">The documents of that revision.</param>
    /// <param name="number">The revision.</param>
    /// <param name="cancellationToken">Ends reading.</param>
    public static Task<LogAdvance> ReadAsync(IChangeLog log, DocumentSet before, long number, CancellationToken cancellationToken) =>
        // The newest documents, where the entries that lead to them are no longer kept.
        number < log.OldestNumber - 1 ? ReadStateAsync(log, before, cancellationToken) : ReadChangesAsync(log, before, number, cancellationToken);

    private static async Task<LogAdvance> ReadChangesAsync(IChangeLog log, DocumentSet before, long number, CancellationToken cancellationToken)
    {
        List<DocumentChange> changes = [];
        await foreach (LogEntry entry in log.ReadFromAsync(number, cancellationToken))
        {
            changes.AddRange(entry.Changes.Select(change => new DocumentChange(change.Key, change.After?.Body)));
            number = entry.Revision.Number;
        }
        return new LogAdvance(before.With(changes, number), [.. changes.Select(change => change.Key).Distinct()], number);
    }

    private static async Task<LogAdvance> ReadStateAsync(IChangeLog log, DocumentSet before, CancellationToken cancellationToken)
    {
        using DocumentState state = await log.StateAsync(cancellationToken);
        DocumentSet documents = DocumentSet.Of(state.Read());
        IEnumerable<DocumentKey> put = documents
            .Where(document => !before.TryFind(document.Key, out Document old) || old.Version != document.Version)
            .Select(document => document.Key);
        IEnumerable<DocumentKey> gone = before.Where(document => !documents.TryFind(document.Key, out _)).Select(document => document.Key);
        return new LogAdvance(documents, [.. put, .. gone], state.At?.Number ?? 0);
    }
}

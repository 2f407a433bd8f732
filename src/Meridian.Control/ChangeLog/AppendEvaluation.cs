using System.Collections.Immutable;

namespace Meridian.Control.ChangeLog;

/// <summary>
/// Decides what a change set becomes at the present head: the part of appending that every implementation shares, so that
/// they cannot differ in it.
/// </summary>
internal static class AppendEvaluation
{
    /// <summary>The entry that would be appended, or the conflict that keeps it out.</summary>
    /// <param name="changes">A set that <see cref="ChangeSetRules"/> found nothing wrong with.</param>
    /// <param name="head">What it would come after; null: it would be the first.</param>
    /// <param name="at">The time.</param>
    /// <param name="find">The document at the head; null when there is none.</param>
    public static (LogEntry? Entry, AppendResult.Conflict? Conflict) Evaluate(
        ChangeSet changes, Revision? head, DateTimeOffset at, Func<DocumentKey, Document?> find)
    {
        foreach (Precondition precondition in changes.Preconditions.IsDefault ? [] : changes.Preconditions)
        {
            long actual = find(precondition.Key)?.Version ?? 0;
            if (actual != precondition.Version)
            {
                return (null, new AppendResult.Conflict(precondition.Key, precondition.Version, actual));
            }
        }
        long number = (head?.Number ?? 0) + 1;
        long count = head?.DocumentCount ?? 0;
        ContentHash state = head?.StateHash ?? default;
        ImmutableArray<LoggedChange>.Builder logged = ImmutableArray.CreateBuilder<LoggedChange>(changes.Changes.Length);
        foreach (DocumentChange change in changes.Changes)
        {
            Document? before = find(change.Key);
            if (change.IsDelete && before is null)
            {
                return (null, new AppendResult.Conflict(change.Key, null, 0));
            }
            Document? after = change.Body is { } body ? new Document(change.Key, number, body) : null;
            LoggedChange entry = new(change.Key, before, after);
            count += (after is null ? 0 : 1) - (before is null ? 0 : 1);
            state = LogHash.OfState(state, entry);
            logged.Add(entry);
        }
        Revision revision = new()
        {
            Number = number,
            // What cannot be stored must not be hashed: a log keeps milliseconds.
            At = DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds()),
            Author = changes.Author,
            Origin = changes.Origin,
            Message = changes.Message,
            Reason = changes.Reason,
            IdempotencyKey = changes.IdempotencyKey,
            ChangeCount = logged.Count,
            DocumentCount = count,
            StateHash = state,
            Hash = default,
        };
        ImmutableArray<LoggedChange> all = logged.MoveToImmutable();
        return (new LogEntry(revision with { Hash = LogHash.OfRevision(head?.Hash ?? default, revision, all) }, all), null);
    }

    /// <summary>Whether a set stands where it was to stand.</summary>
    /// <param name="changes">The set.</param>
    /// <param name="head">What it would come after.</param>
    /// <param name="ticket">Of the set that made the head; null when that had none, or was in another process.</param>
    public static bool IsInPlace(ChangeSet changes, Revision? head, AppendTicket? ticket) =>
        changes.After is not { } place
        || ((head?.Number ?? 0) == place.Number && (place.Ticket is null || ReferenceEquals(place.Ticket, ticket)));

    /// <summary>The answer to a set whose idempotency key is known.</summary>
    public static AppendResult OfRepetition(Revision first, bool isSameRequest) => isSameRequest
        ? new AppendResult.Accepted(first, IsRepetition: true)
        : new AppendResult.Refused(RefusalKind.Invalid, $"the idempotency key came with another change set, which is revision {first.Number}");
}

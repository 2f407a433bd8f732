using Meridian.Control.ChangeLog;
using Meridian.Control.Changes.Documents;
using Meridian.Control.Configuration;

namespace Meridian.Control.Changes.Applying;

/// <summary>
/// Requests that may come again, because their client could not know what became of the first (<see cref="ProposedChange.IdempotencyKey"/>).
/// A repetition is answered as the first time, whatever has happened since, and nothing is checked anew.
/// </summary>
/// <param name="log">Remembers them.</param>
/// <param name="limits">Bounds each document.</param>
internal sealed class RepeatedRequests(IChangeLog log, ConfigurationLimits limits)
{
    private readonly Lock _lock = new();

    // The keys that are on their way, and what completes when they no longer are.
    private readonly Dictionary<string, TaskCompletionSource> _taken = new(StringComparer.Ordinal);

    /// <summary>Waits until nobody else is on their way with a key: a repetition does not overtake the first.</summary>
    /// <returns>Gives the key back when it is disposed of.</returns>
    public async Task<IDisposable> EnterAsync(string key, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task other;
            lock (_lock)
            {
                if (!_taken.TryGetValue(key, out TaskCompletionSource? left))
                {
                    _taken.Add(key, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
                    return new Turn(this, key);
                }
                other = left.Task;
            }
            await other.WaitAsync(cancellationToken);
        }
    }

    /// <summary>What became of a request the first time; null when it comes for the first time now.</summary>
    public async Task<ChangeOutcome?> AnswerAsync(string key, ProposedChange change, CancellationToken cancellationToken)
    {
        if (await log.FindRequestAsync(key, cancellationToken) is not { } first)
        {
            return null;
        }
        if (AppendEvaluation.OfRepetition(first.Revision, first.Request == HashOf(change, limits)) is AppendResult.Refused refused)
        {
            return new ChangeOutcome.Unavailable(refused.Kind, refused.Words);
        }
        return await PendingOfAsync(first.Revision, cancellationToken) is { } pending
            ? new ChangeOutcome.PendingApproval(pending, first.Revision)
            : new ChangeOutcome.Accepted(first.Revision, []);
    }

    /// <summary>What a change asks for, whatever there is at the time.</summary>
    public static ContentHash HashOf(ProposedChange change, ConfigurationLimits limits) => LogHash.OfRequest(
        ChangeNormaliser.Normalise(change.Asked ?? change.Changes, DocumentSet.Empty, limits, keepsUnchanged: true, out _));

    /// <summary>What a revision kept for approval and did not apply; null when it applied something.</summary>
    private async Task<PendingChange?> PendingOfAsync(Revision revision, CancellationToken cancellationToken)
    {
        if (revision.ChangeCount != 1 || await log.FindAsync(revision.Number, cancellationToken) is not { Changes: [{ After: { } kept }] })
        {
            return null;
        }
        return kept.Key.Kind == PendingDocument.Kind ? PendingDocument.TryRead(kept.Body)?.ToPending(kept.Key.Name) : null;
    }

    private void Leave(string key)
    {
        lock (_lock)
        {
            _taken.Remove(key, out TaskCompletionSource? left);
            left?.SetResult();
        }
    }

    private sealed class Turn(RepeatedRequests requests, string key) : IDisposable
    {
        public void Dispose() => requests.Leave(key);
    }
}

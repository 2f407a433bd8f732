using Meridian.Client.Wire;
using Meridian.Control.ChangeLog;
using Microsoft.Extensions.Logging;

namespace Meridian.Control.Access;

/// <summary>
/// Sees to it that every revision of the change log has a line in the audit log. A request's own line is written after its change is
/// durable; when the process ends between the two, or a change did not come as a request (a dynamic update, a stage that went back),
/// the line is written from the change log.
/// </summary>
/// <param name="audit">Gets the lines.</param>
/// <param name="log">Has the revisions.</param>
/// <param name="updates">Knows where dynamic updates came from.</param>
/// <param name="time">Of the waits.</param>
/// <param name="logger">Is told when the change log cannot be read, or does not go with the audit log.</param>
public sealed partial class ChangeAudit(AuditLog audit, IChangeLog log, UpdateSources updates, TimeProvider time, ILogger<ChangeAudit> logger)
{
    // 1 s to 1 min. A request writes its line within milliseconds of its change.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Writes what is missing from before, and follows the log until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => new LogFollower(log, time, logger).RunAsync(
        ReconcileAsync, (entry, token) => FollowAsync(entry.Revision, token), cancellationToken);

    /// <summary>
    /// Writes the lines that a process which ended left out: those between the oldest and the newest revision that the audit log's
    /// newest entries know, and after it.
    /// </summary>
    /// <returns>The revision up to which there is nothing more to do.</returns>
    internal async Task<long> ReconcileAsync(CancellationToken cancellationToken)
    {
        long head = log.Head?.Number ?? 0;
        (long first, long last) = audit.KnownRevisions;
        if (last == 0)
        {
            // A new audit log does not tell the past anew.
            return head;
        }
        if (last > head)
        {
            LogAhead(last, head);
        }
        long after = Math.Max(first, log.OldestNumber) - 1;
        await foreach (LogEntry entry in log.ReadFromAsync(Math.Min(after, head), cancellationToken))
        {
            if (!audit.Knows(entry.Revision.Number))
            {
                await WriteAsync(entry.Revision, null, "from the change log: the server ended before the request's own line was written", cancellationToken);
            }
        }
        return head;
    }

    private async Task FollowAsync(ChangeLog.Revision revision, CancellationToken cancellationToken)
    {
        string? from = revision.Origin == ChangeOrigin.Update ? await updates.FindAsync(revision, cancellationToken) : null;
        TimeSpan left = revision.At + Patience - time.GetUtcNow();
        // Updates are no requests that could write a line themselves.
        if (revision.Origin != ChangeOrigin.Update && left > TimeSpan.Zero && !audit.Knows(revision.Number))
        {
            await Task.Delay(left < Patience ? left : Patience, time, cancellationToken);
        }
        if (!audit.Knows(revision.Number))
        {
            await WriteAsync(revision, from, null, cancellationToken);
        }
    }

    private Task<bool> WriteAsync(ChangeLog.Revision revision, string? from, string? detail, CancellationToken cancellationToken) => audit.TryWriteAsync(
        new AuditEntry
        {
            Who = revision.Author,
            From = from,
            Role = "",
            Action = revision.Origin == ChangeOrigin.Update ? "dynamicUpdate" : "change",
            Target = revision.Message,
            Outcome = AuditOutcomes.Done,
            Revision = revision.Number,
            Reason = revision.Reason,
            Detail = detail,
        },
        cancellationToken);

    [LoggerMessage(3205, LogLevel.Error, "The audit log knows revision {Audited}, and the store ends at {Head}: changes that were acknowledged are missing, unless an older backup was restored on purpose")]
    private partial void LogAhead(long audited, long head);
}

using Meridian.Client.Wire;
using Meridian.Control.ChangeLog;
using Microsoft.Extensions.Logging;

namespace Meridian.Control.Access;

/// <summary>
/// Sees to it that every revision of the change log has a line in the audit log. A request's own line is written after its change is
/// durable; when the process ends between the two, or a change did not come as a request (a dynamic update, a stage that went back),
/// the line is written from the change log.
/// </summary>
public sealed partial class ChangeAudit(AuditLog audit, IChangeLog log, TimeProvider time, ILogger<ChangeAudit> logger)
{
    // 1 s to 1 min. A request writes its line within milliseconds of its change.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Writes what is missing from before, and follows the log until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            long last = await ReconcileAsync(cancellationToken);
            await foreach (LogEntry entry in log.WatchAsync(last, cancellationToken))
            {
                await FollowAsync(entry.Revision, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The ordinary end.
        }
        catch (ChangeLogException e)
        {
            LogUnreadable(e.Message);
        }
    }

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
                await WriteAsync(entry.Revision, "from the change log: the server ended before the request's own line was written", cancellationToken);
            }
        }
        return head;
    }

    private async Task FollowAsync(ChangeLog.Revision revision, CancellationToken cancellationToken)
    {
        TimeSpan left = revision.At + Patience - time.GetUtcNow();
        // Updates are no requests that could write a line themselves.
        if (revision.Origin != ChangeOrigin.Update && left > TimeSpan.Zero && !audit.Knows(revision.Number))
        {
            await Task.Delay(left < Patience ? left : Patience, time, cancellationToken);
        }
        if (!audit.Knows(revision.Number))
        {
            await WriteAsync(revision, null, cancellationToken);
        }
    }

    private Task<bool> WriteAsync(ChangeLog.Revision revision, string? detail, CancellationToken cancellationToken) => audit.TryWriteAsync(
        new AuditEntry
        {
            Who = revision.Author,
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

    [LoggerMessage(3206, LogLevel.Error, "Revisions are no longer followed for the audit log: {Reason}")]
    private partial void LogUnreadable(string reason);
}

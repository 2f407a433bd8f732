using Microsoft.Extensions.Logging;

namespace Meridian.Control.ChangeLog.Sqlite;

/// <summary>The log lines of the store: event ids 4200 to 4299.</summary>
internal static partial class StoreLog
{
    [LoggerMessage(4200, LogLevel.Information, "The store {Directory} is open at revision {Revision} ({Documents} documents, SQLite {Library})")]
    internal static partial void StoreOpened(this ILogger logger, string directory, long revision, long documents, string library);

    [LoggerMessage(4201, LogLevel.Error, "The store failed and acknowledges nothing until it is opened again: {Reason}")]
    internal static partial void StoreFailed(this ILogger logger, string reason);

    [LoggerMessage(4202, LogLevel.Warning, "The store was opened again after a failure and is whole at revision {Revision}")]
    internal static partial void StoreRecovered(this ILogger logger, long revision);

    [LoggerMessage(4203, LogLevel.Warning, "The store could not be maintained and will be later; nothing is lost: {Reason}")]
    internal static partial void MaintenanceFailed(this ILogger logger, string reason);

    [LoggerMessage(4204, LogLevel.Error, "The store is damaged; `meridian store check` says more: {Findings}")]
    internal static partial void StoreDamaged(this ILogger logger, string findings);

    [LoggerMessage(4205, LogLevel.Information, "A snapshot of the store was taken at revision {Revision} and verified")]
    internal static partial void SnapshotTaken(this ILogger logger, long revision);

    [LoggerMessage(4206, LogLevel.Warning, "No snapshot of the store could be taken: {Reason}")]
    internal static partial void SnapshotFailed(this ILogger logger, string reason);

    // The highest id in use is 4206. New ones go on from 4207.
}

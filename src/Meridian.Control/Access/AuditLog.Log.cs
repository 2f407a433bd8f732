using Microsoft.Extensions.Logging;

namespace Meridian.Control.Access;

// Event ids 3200 to 3299 are this folder's. Next free: 3207.
public sealed partial class AuditLog
{
    [LoggerMessage(3200, LogLevel.Information, "Audit: {Who} ({Role}, from {From}): {Action} {Target}: {Outcome}; revision {Revision}; {Detail}")]
    private partial void LogEntry(string who, string role, string? from, string action, string? target, string outcome, long? revision, string? detail);

    [LoggerMessage(3201, LogLevel.Error, "The audit log cannot be written ({Reason}); changes are refused until it can")]
    private partial void LogUnwritable(string reason);

    [LoggerMessage(3202, LogLevel.Information, "The audit log can be written again")]
    private partial void LogWritable();

    [LoggerMessage(3203, LogLevel.Warning, "The audit log {File} ended in the middle of a line, as after a power cut; the line was taken off")]
    private partial void LogTorn(string file);
}

using Microsoft.Extensions.Logging;

namespace Meridian.Control.Publishing;

/// <summary>The log lines of publishing configurations: event ids 4000 to 4099.</summary>
internal static partial class ControlLog
{
    [LoggerMessage(4000, LogLevel.Information, "Revision {Revision} is served: {Zones} zones, {Pools} pools, {Policies} policies (loaded in {ElapsedMs} ms, {Reason})")]
    internal static partial void Published(this ILogger logger, long revision, int zones, int pools, int policies, long elapsedMs, string reason);

    [LoggerMessage(4001, LogLevel.Information, "The configuration is unchanged: revision {Revision} goes on being served ({Reason})")]
    internal static partial void Unchanged(this ILogger logger, long revision, string reason);

    [LoggerMessage(4002, LogLevel.Error, "The configuration has {Count} errors and is not served; {Fallback}")]
    internal static partial void Refused(this ILogger logger, int count, string fallback);

    [LoggerMessage(4003, LogLevel.Error, "{Finding}")]
    internal static partial void ConfigurationFault(this ILogger logger, string finding);

    [LoggerMessage(4004, LogLevel.Warning, "{Finding}")]
    internal static partial void ConfigurationWarning(this ILogger logger, string finding);

    [LoggerMessage(4005, LogLevel.Error, "State cannot be kept in the state directory: {Reason}")]
    internal static partial void StateNotKept(this ILogger logger, string reason);

    [LoggerMessage(4006, LogLevel.Warning, "The listen addresses changed; they take effect when the server is started again")]
    internal static partial void ListenChanged(this ILogger logger);

    [LoggerMessage(4007, LogLevel.Warning, "{Count} new members have no verdict after {Limit}; the revision is served all the same")]
    internal static partial void NewMembersUnknown(this ILogger logger, int count, string limit);

    [LoggerMessage(4020, LogLevel.Error, "Past answers cannot be explained from now on: the log in the state directory is not written: {Reason}")]
    internal static partial void HistoryNotWritten(this ILogger logger, string reason);

    [LoggerMessage(4021, LogLevel.Warning, "The location database {Path} was replaced before it could be kept; answers of this revision cannot be explained with their places later")]
    internal static partial void PlacesNotKept(this ILogger logger, string path);

    [LoggerMessage(4022, LogLevel.Warning, "A newer location database is in {Path}, and waits for a person: {What}; geo.max-move is {Limit:P2}. Look with 'meridian geo', accept with 'meridian geo accept'")]
    internal static partial void PlacesHeld(this ILogger logger, string path, string what, double limit);

    [LoggerMessage(4023, LogLevel.Information, "The location database {Path} was replaced: it moves {Share}")]
    internal static partial void PlacesTaken(this ILogger logger, string path, string share);

    [LoggerMessage(4024, LogLevel.Warning, "What the configuration names in files is not used as it is now; what was served goes on: {Errors}")]
    internal static partial void FilesRefused(this ILogger logger, string errors);

    [LoggerMessage(4025, LogLevel.Warning, "{Count} lines of the load file {Path} are no readings")]
    internal static partial void LoadLinesRejected(this ILogger logger, int count, string path);

    [LoggerMessage(4010, LogLevel.Information, "Revision {Revision} is accepted from {Author} ({Origin}): {Count} documents, {Message}")]
    internal static partial void ChangeAccepted(this ILogger logger, long revision, string author, ChangeLog.ChangeOrigin origin, int count, string message);

    [LoggerMessage(4011, LogLevel.Warning, "The guard was overruled for revision {Revision} by {Author}: {Reason}")]
    internal static partial void GuardOverruled(this ILogger logger, long revision, string author, string reason);

    [LoggerMessage(4012, LogLevel.Error, "Revision {Revision} is in the log and cannot be served; what was served goes on: {Errors}")]
    internal static partial void RevisionUnservable(this ILogger logger, long revision, string errors);

    [LoggerMessage(4013, LogLevel.Warning, "The guard holds the changed configuration, revision {Revision} goes on being served; 'meridian approve {Id}' lets it through: {Findings}")]
    internal static partial void ReloadHeld(this ILogger logger, string id, long revision, string findings);

    [LoggerMessage(4014, LogLevel.Warning, "The held configuration {Id} was approved by {Approver}: {Reason}")]
    internal static partial void ReloadApproved(this ILogger logger, string id, string approver, string reason);

    [LoggerMessage(4015, LogLevel.Information, "The staged change '{Message}' answers {Percent} % now")]
    internal static partial void StageGrew(this ILogger logger, string message, double percent);

    [LoggerMessage(4016, LogLevel.Warning, "The staged change '{Message}' went back: {Reason}")]
    internal static partial void StageReturned(this ILogger logger, string message, string reason);

    [LoggerMessage(4017, LogLevel.Warning, "The staged change '{Message}' answers nobody yet: a drill is just ending")]
    internal static partial void StageWaits(this ILogger logger, string message);

    [LoggerMessage(4030, LogLevel.Information, "The planned change {Id} ('{Message}') is {Step} now")]
    internal static partial void PlanStepped(this ILogger logger, string id, string step, string message);

    [LoggerMessage(4031, LogLevel.Warning, "The planned change {Id} ('{Message}') failed: {Reason}")]
    internal static partial void PlanFailed(this ILogger logger, string id, string message, string reason);

    [LoggerMessage(4032, LogLevel.Error, "The store cannot be read; what is served goes on, and it is tried again: {Problem}")]
    internal static partial void StoreUnreadable(this ILogger logger, string problem);

    // The highest id in use is 4032. New ones go on from 4033.
}

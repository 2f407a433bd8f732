using Meridian.Engine.Health;
using Meridian.Health.Probes;
using Microsoft.Extensions.Logging;

namespace Meridian.Health;

/// <summary>The log lines of the health engine: event ids 2000 to 2999. None is written per probe.</summary>
internal static partial class HealthLog
{
    [LoggerMessage(2000, LogLevel.Information, "Member {Member} is up (was {From}): {Reason}")]
    internal static partial void MemberUp(this ILogger logger, MemberKey member, string from, string reason);

    [LoggerMessage(2001, LogLevel.Warning, "Member {Member} is down (was {From}): {Reason}")]
    internal static partial void MemberDown(this ILogger logger, MemberKey member, string from, string reason);

    [LoggerMessage(2002, LogLevel.Information, "Health checks: {Added} added, {Removed} removed, {Kept} kept, for {Members} members")]
    internal static partial void Reconfigured(this ILogger logger, int added, int removed, int kept, int members);

    [LoggerMessage(2003, LogLevel.Warning, "Monitor {Monitor} accepts any certificate (skip-verify): its members count as up behind an impostor")]
    internal static partial void VerificationSkipped(this ILogger logger, string monitor);

    [LoggerMessage(2004, LogLevel.Information, "All {Members} monitored members have a verdict; warm-up took {Elapsed}")]
    internal static partial void Warm(this ILogger logger, int members, string elapsed);

    [LoggerMessage(2005, LogLevel.Warning, "Warm-up ended after {Limit} with {Unknown} of {Members} monitored members without a verdict; they count as up until they have one")]
    internal static partial void WarmUpLimitPassed(this ILogger logger, string limit, int unknown, int members);

    [LoggerMessage(2006, LogLevel.Error, "The probe of {Target} by monitor {Monitor} broke; the attempt is not judged")]
    internal static partial void ProbeBroke(this ILogger logger, Exception exception, ProbeTarget target, string monitor);

    [LoggerMessage(2007, LogLevel.Error, "Publishing {Changes} verdicts failed; it is tried again in {RetryAfter}")]
    internal static partial void PublishFailed(this ILogger logger, Exception exception, int changes, string retryAfter);

    [LoggerMessage(2008, LogLevel.Information, "Restored {Count} verdicts from before the restart; the newest is {Age} old")]
    internal static partial void VerdictsRestored(this ILogger logger, int count, string age);

    [LoggerMessage(2009, LogLevel.Warning, "The verdicts from before the restart cannot be used ({Reason}); all members start without one")]
    internal static partial void VerdictsUnreadable(this ILogger logger, string reason);

    [LoggerMessage(2010, LogLevel.Error, "Writing the verdicts to disk failed ({Reason}); a restart now would not know them")]
    internal static partial void SaveFailed(this ILogger logger, string reason);

    [LoggerMessage(2011, LogLevel.Warning, "Health checks are behind: the longest waiting probe is overdue by {Overdue}, {Running} probes run")]
    internal static partial void FallingBehind(this ILogger logger, string overdue, int running);

    [LoggerMessage(2012, LogLevel.Information, "Health checks keep up again")]
    internal static partial void KeepingUpAgain(this ILogger logger);

    [LoggerMessage(2013, LogLevel.Warning, "Member {Member} is degraded: its answers take longer than {Above}; it keeps {Percent} % of its weight")]
    internal static partial void MemberDegraded(this ILogger logger, MemberKey member, string above, int percent);

    [LoggerMessage(2014, LogLevel.Information, "Member {Member} is no longer degraded: it answers within {Above} again")]
    internal static partial void MemberFastAgain(this ILogger logger, MemberKey member, string above);

    [LoggerMessage(2015, LogLevel.Critical, "The circuit breaker is open: {Reason}. No more members are taken out until somebody has looked and runs 'meridian thaw'")]
    internal static partial void BreakerOpened(this ILogger logger, string reason);

    [LoggerMessage(2016, LogLevel.Error, "Member {Member} is down and stays in answers, because the circuit breaker is open: {Reason}")]
    internal static partial void MemberWithheld(this ILogger logger, MemberKey member, string reason);

    [LoggerMessage(2017, LogLevel.Warning, "The circuit breaker was closed by {By}; {Members} members that are down are taken out now")]
    internal static partial void BreakerClosed(this ILogger logger, string by, int members);

    [LoggerMessage(2018, LogLevel.Information, "Vantage point {Vantage} sees; {Sighted} of {All} do")]
    internal static partial void VantageSighted(this ILogger logger, string vantage, int sighted, int all);

    [LoggerMessage(2019, LogLevel.Warning, "Vantage point {Vantage} is {State} and has no vote: {Remark}; {Sighted} of {All} still see")]
    internal static partial void VantageLost(this ILogger logger, string vantage, string state, string remark, int sighted, int all);

    [LoggerMessage(2020, LogLevel.Critical, "No vantage point sees anything, of {All}: the last verdicts stand until one does")]
    internal static partial void NobodySees(this ILogger logger, int all);

    [LoggerMessage(2021, LogLevel.Information, "Vantage point {Vantage} joined from {Address}")]
    internal static partial void VantageJoined(this ILogger logger, string vantage, string address);

    [LoggerMessage(2022, LogLevel.Warning, "A vantage point was refused from {Address}: {Reason}")]
    internal static partial void VantageRefused(this ILogger logger, string address, string reason);

    [LoggerMessage(2023, LogLevel.Information, "Votes are taken on {Address}{Security}")]
    internal static partial void VotesListening(this ILogger logger, System.Net.IPEndPoint address, string security);

    [LoggerMessage(2024, LogLevel.Error, "The stream of vantage point {Vantage} broke")]
    internal static partial void VoteStreamBroke(this ILogger logger, Exception exception, string vantage);

    [LoggerMessage(2025, LogLevel.Information, "Joined {Server} as vantage point {Vantage}")]
    internal static partial void Joined(this ILogger logger, Uri server, string vantage);

    [LoggerMessage(2026, LogLevel.Warning, "Not connected to {Server} ({Reason}); probing goes on, and joining is tried again in {Delay}")]
    internal static partial void JoinFailed(this ILogger logger, Uri server, string reason, string delay);

    [LoggerMessage(2027, LogLevel.Warning, "Monitor {Monitor} runs commands, which this vantage point was not allowed (--allow-scripts); it says nothing of its members")]
    internal static partial void ScriptsNotAllowed(this ILogger logger, string monitor);

    [LoggerMessage(2028, LogLevel.Error, "Notify target {Target} was not told of {Incident}: {Problem}, {Attempts} times")]
    internal static partial void NotificationFailed(this ILogger logger, string target, string incident, string problem, int attempts);

    [LoggerMessage(2029, LogLevel.Warning, "There are more events than can be told: the oldest, of {Incident}, is not told")]
    internal static partial void NotificationDropped(this ILogger logger, string incident);

    [LoggerMessage(2030, LogLevel.Critical, "Still frozen, as before the restart: {Reason}. No more members are taken out until somebody has looked and runs 'meridian thaw'")]
    internal static partial void StillFrozen(this ILogger logger, string reason);

    [LoggerMessage(2031, LogLevel.Warning, "Pool {Pool} can serve again, and its clients stay elsewhere: {Reason}")]
    internal static partial void FailbackWaits(this ILogger logger, string pool, string reason);

    [LoggerMessage(2032, LogLevel.Information, "The clients of pool {Pool} come back: {Reason}")]
    internal static partial void FailedBack(this ILogger logger, string pool, string reason);

    [LoggerMessage(2033, LogLevel.Information, "Pool {Pool} is needed and made ready; its clients wait for at most {Wait}")]
    internal static partial void WarmingBegan(this ILogger logger, string pool, string wait);

    [LoggerMessage(2034, LogLevel.Information, "Pool {Pool} is ready for clients, as its hook says")]
    internal static partial void WarmingEnded(this ILogger logger, string pool);

    [LoggerMessage(2035, LogLevel.Error, "Pool {Pool} gets clients although its hook did not say that it is ready within {Wait}")]
    internal static partial void WarmingFailed(this ILogger logger, string pool, string wait);

    // The highest id in use is 2035. New ones go on from 2036.
}

using System.Globalization;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Health.Evidence;
using Meridian.Health.Judging;
using Meridian.Health.Probes.Http;

namespace Meridian.Health.Publishing;

/// <summary>Copies what a check knows into a report. Called under the engine's lock.</summary>
internal static class ReportWriter
{
    /// <param name="member">For whom.</param>
    /// <param name="check">What speaks for it.</param>
    /// <param name="now">On the scheduler's clock.</param>
    /// <param name="date">The same moment by the calendar.</param>
    internal static MemberHealthReport Write(MemberKey member, Check check, TimeSpan now, DateTimeOffset date) => new()
    {
        Member = member,
        Monitor = check.Monitor.Name,
        Question = QuestionOf(check.Key),
        SkipsVerification = check.Monitor is { Type: MonitorType.Https, SkipVerify: true },
        Verdict = check.Verdict,
        Origin = check.Origin,
        Since = check.Since,
        Cause = check.Cause,
        LastResultAt = check.LastResultAt,
        ResultsAgainst = check.Judged.Against,
        ResultsNeeded = Judge.NeededAgainst(check.Judged.State, check.Rules),
        Attempts = check.Attempts.ToArray(),
        IsProbeRunning = check.Regular.Running is not null || check.Burst is not null,
        IsConfirming = check.Burst is not null,
        NextProbeAt = check.Regular.Schedule.Next.IsQueued ? date + (check.Regular.Schedule.Next.Due - now) : null,
    };

    private static string QuestionOf(CheckKey key)
    {
        if (key.Monitor.Type == MonitorType.Tcp)
        {
            return $"connect to {key.Target}";
        }

        string scheme = key.Monitor.Type == MonitorType.Https ? "https" : "http";
        string host = HttpRequestWriter.HostField(key.Target, key.Monitor);
        return string.Create(
            CultureInfo.InvariantCulture, $"{key.Monitor.Method} {scheme}://{key.Target}{key.Monitor.Path} (Host {host})");
    }
}

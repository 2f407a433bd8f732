using System.Globalization;
using Meridian.Engine.Health;
using Meridian.Health.Evidence;
using Meridian.Health.Judging;

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
        Question = Questions.Of(check.Key),
        SkipsVerification = check.Monitor.SkipVerify,
        Verdict = check.Verdict,
        Origin = check.Origin,
        Since = check.Since,
        Cause = check.Cause,
        LastResultAt = check.LastResultAt,
        ResultsAgainst = check.Judged.Against,
        ResultsNeeded = Judge.NeededAgainst(check.Judged.State, check.Rules),
        IsDegraded = check.IsDegraded,
        Remark = RemarkOf(check, date),
        IsWithheld = check.IsWithheld,
        HeldUntil = check.HeldUntil,
        Attempts = check.Attempts.ToArray(),
        Parts = check.Calculation?.ToParts() ?? [],
        IsProbeRunning = check.Regular.Running is not null || check.Burst is not null,
        IsConfirming = check.Burst is not null,
        NextProbeAt = check.Regular.Schedule.Next.IsQueued ? date + (check.Regular.Schedule.Next.Due - now) : null,
    };

    private static string? RemarkOf(Check check, DateTimeOffset date)
    {
        if (check.IsWithheld)
        {
            return $"down, and kept in answers by the circuit breaker: {check.Cause}";
        }

        if (check.HeldUntil is { } until && until > date)
        {
            return $"held down for changing too often, for another {DurationText.Format(until - date)}";
        }

        if (check.Burst is not null)
        {
            return "a failure is being confirmed";
        }

        string slow = check.IsDegraded ? $"degraded: its answers take longer than {DurationText.Format(check.Monitor.Degraded?.Above ?? default)}; " : "";
        byte reduction = check.Verdict.ReductionPercent;
        return reduction > 0 ? string.Create(CultureInfo.InvariantCulture, $"{slow}with {100 - reduction} % of its weight") : null;
    }
}

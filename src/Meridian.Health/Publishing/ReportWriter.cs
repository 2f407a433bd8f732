using System.Globalization;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Health.Evidence;
using Meridian.Health.Judging;
using Meridian.Health.Quorum;
using Meridian.Health.Standby;

namespace Meridian.Health.Publishing;

/// <summary>Copies what a check knows into a report. Called under the engine's lock.</summary>
internal static class ReportWriter
{
    /// <param name="member">For whom.</param>
    /// <param name="check">What speaks for it.</param>
    /// <param name="pools">Whether clients are kept from its pool.</param>
    /// <param name="now">On the scheduler's clock.</param>
    /// <param name="date">The same moment by the calendar.</param>
    internal static MemberHealthReport Write(MemberKey member, Check check, PoolGates pools, TimeSpan now, DateTimeOffset date) => new()
    {
        Member = member,
        Monitor = check.Monitor.Name,
        Question = Questions.Of(check.Key),
        SkipsVerification = check.Monitor.SkipVerify,
        Verdict = pools.Show(member, check.Verdict),
        Origin = check.Origin,
        Since = check.Since,
        Cause = check.Cause,
        LastResultAt = check.LastResultAt,
        ResultsAgainst = check.Local.Judged.Against,
        ResultsNeeded = Judge.NeededAgainst(check.Local.Judged.State, check.Rules),
        IsDegraded = check.IsDegraded,
        Remark = (check.Verdict.State == HealthState.Up ? pools.RemarkOf(member) : null) ?? RemarkOf(check, date),
        IsWithheld = check.IsWithheld,
        HeldUntil = check.HeldUntil,
        Attempts = check.Local.Attempts.ToArray(),
        Votes = check.Votes?.ToReport(check.Local) ?? [],
        VotesNeeded = check.Votes?.Rules,
        History = check.History.ToArray(),
        Uptime = check.History.Uptime.Report(date),
        Parts = check.Calculation?.ToParts() ?? [],
        IsProbeRunning = check.Regular.Running is not null || check.Local.Burst is not null,
        IsConfirming = check.Local.Burst is not null,
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

        if (check.Local.Burst is not null)
        {
            return "a failure is being confirmed";
        }

        if (check.Local.IsUnproven)
        {
            return "a failure waits for the proof that this vantage point sees anything";
        }

        if (check.Votes is { } votes && RemarkOf(votes.Count(check.Local, 0), votes.Rules) is { } disagreement)
        {
            return disagreement;
        }

        string slow = check.IsDegraded ? $"degraded: its answers take longer than {DurationText.Format(check.Monitor.Degraded?.Above ?? default)}; " : "";
        byte reduction = check.Verdict.ReductionPercent;
        return reduction > 0 ? string.Create(CultureInfo.InvariantCulture, $"{slow}with {100 - reduction} % of its weight") : null;
    }

    private static string? RemarkOf(Ballot ballot, QuorumModel rules)
    {
        if (ballot.Sighted < rules.MinVotes)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{ballot.Sighted} of {rules.From.Count} vantage points see; with fewer than {rules.MinVotes} {(rules.WhenUnseen == HealthState.Unknown ? "the last verdict stands" : $"it counts as {HealthMetrics.NameOf(rules.WhenUnseen)}")}");
        }

        return ballot.IsSplit
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"vantage points disagree: {ballot.Up} of {ballot.Sighted} say up, {ballot.Down} down (up when {rules.UpWhen})")
            : null;
    }
}

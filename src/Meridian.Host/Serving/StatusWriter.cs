using System.Collections.Immutable;
using Meridian.Control.Changes.Planned;
using Meridian.Control.Http;
using Meridian.Control.Publishing;
using Meridian.Dns;
using Meridian.Engine.Answering;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Meridian.Engine.Steering;
using Meridian.Health.Evidence;
using Meridian.Health.Probes;
using Meridian.Health.Publishing;
using Meridian.Health.Quorum;
using Meridian.Server.Metrics;

namespace Meridian.Host.Serving;

/// <summary>Puts together what the local endpoint tells of a running server.</summary>
internal static class StatusWriter
{
    /// <summary>Every member as the data plane has it, with the evidence behind it.</summary>
    public static ImmutableArray<MemberReport> Members(DataPlane dataPlane, HealthEngine health)
    {
        if (dataPlane.Snapshot is not { } snapshot)
        {
            return [];
        }
        IReadOnlyList<MemberStatus> statuses = dataPlane.GetMemberStatuses();
        Dictionary<MemberKey, MemberHealthReport> reports = health.GetReports().ToDictionary(report => report.Member);
        // A swap between the two reads gives lists of different lengths for an instant; the shorter one is all true.
        return [.. snapshot.Members.Take(statuses.Count).Select((slot, i) => Describe(slot, statuses[i], reports.GetValueOrDefault(slot.Key)))];
    }

    /// <summary>A location database that waits for a person.</summary>
    public static HeldPlacesStatus? Held(HeldPlaces? held) => held is null
        ? null
        : new HeldPlacesStatus(held.Path, held.BuildDate, held.ShareMoved?.Greatest, held.Since)
        {
            ShareOfIPv4 = held.ShareMoved?.IPv4,
            ShareOfIPv6 = held.ShareMoved?.IPv6,
        };

    /// <summary>The vantage points; none while this server judges alone and is not watched for blindness.</summary>
    public static ImmutableArray<VantageStatus> Vantages(HealthEngine health)
    {
        ImmutableArray<VantageReport> reports = health.Vantages;
        bool isAlone = reports is [{ IsLocal: true, State: VantageState.Sighted, Since: null }];
        return isAlone ? [] :
        [
            .. reports.Select(report => new VantageStatus(
                report.Name, report.IsLocal, report.State, report.Since, report.Remark, report.HeardAt, report.Address)),
        ];
    }

    public static CounterStatus Counters(ServerReport report, ControlMetrics control) => new()
    {
        QueriesUdp = report.Udp.Queries + report.Xdp.Queries,
        QueriesTcp = report.Tcp.Queries,
        Responses = NonZero<Rcode>(rcode => Sum(report, traffic => At(traffic.AnswersByRcode, (int)rcode))),
        Dropped = NonZero<ServerDrop>(reason => Sum(report, traffic => At(traffic.DropsByReason, (int)reason))),
        Steered = Sum(report, traffic => traffic.AnswersWith(AnswerFlags.Steered)),
        FailedOpen = Sum(report, traffic => traffic.AnswersWith(AnswerFlags.FailOpen)),
        Truncated = Sum(report, traffic => traffic.AnswersWith(AnswerFlags.Truncated)),
        ReloadsAccepted = control.Accepted,
        ReloadsRefused = control.Refused,
    };

    public static ImmutableArray<PlannedStatus> Planned(IPlannedChanges? planned) =>
        [.. (planned?.Open ?? []).Select(one => new PlannedStatus(one.Id, one.Name, one.Step.ToString().ToLowerInvariant(), one.Message, one.NextAt, one.Note))];

    public static BreakerStatus? Breaker(BreakerReport report) =>
        report.Reason is { } reason ? new BreakerStatus(reason, report.Since, report.WithheldMembers) : null;

    private static MemberReport Describe(MemberSlot slot, MemberStatus status, MemberHealthReport? evidence) => new()
    {
        Pool = slot.Pool.Name,
        Target = slot.Member.Target,
        Site = slot.Member.Site ?? slot.Pool.Site,
        Weight = slot.Member.Weight,
        AdminState = status.Admin,
        AdminReason = status.Admin == AdminState.Auto ? null : status.By is { } word ? $"{word.Reason}; override {word.Name} by {word.Author}" : slot.Member.Reason,
        AdminUntil = status.Admin == AdminState.Auto ? null : status.By is { } by ? by.Until : slot.Member.Until,
        Monitor = slot.Monitor?.Name,
        Health = status.Health,
        Since = evidence?.Since,
        Reason = evidence is null or { Attempts.IsEmpty: true } ? evidence?.Cause : evidence.Attempts[0].Result.Reason,
        Remark = evidence?.Remark,
        ProbedAt = evidence?.LastResultAt,
        Votes = evidence is null ? [] : [.. evidence.Votes.Select(VoteOf)],
        UpWhen = evidence?.VotesNeeded is { } rules ? $"{rules.UpWhen}, at least {rules.MinVotes} sighted" : null,
        Attempts = evidence is null ? [] : [.. evidence.Attempts.Select(AttemptOf)],
        History = evidence is null ? [] : [.. evidence.History.Select(change => new HistoryEntry(change.State, change.At, change.Cause))],
        Uptime = evidence?.Uptime is { } uptime ? new UptimeStatus(uptime.Hour, uptime.Day, uptime.Month, uptime.ObservedFrom) : null,
    };

    private static VoteStatus VoteOf(VantageVote vote) => new(
        vote.Vantage, vote.Standing, vote.State, vote.Since, vote.Cause, vote.LastResultAt, [.. vote.Attempts.Select(AttemptOf)]);

    private static AttemptStatus AttemptOf(ProbeAttempt attempt) => new(
        attempt.At,
        attempt.Result.Reason,
        attempt.Result.Timings.ToString(),
        attempt.IsConfirmation,
        attempt.Result.Outcome == ProbeOutcome.Success,
        Math.Round(attempt.Result.Timings.Total.TotalMilliseconds, 3));

    private static ImmutableSortedDictionary<string, long> NonZero<T>(Func<T, long> count)
        where T : struct, Enum => Enum.GetValues<T>()
            .Select(value => KeyValuePair.Create(value.ToString(), count(value)))
            .Where(pair => pair.Value != 0)
            .ToImmutableSortedDictionary();

    private static long Sum(ServerReport report, Func<TrafficReport, long> count) =>
        count(report.Udp) + count(report.Xdp) + count(report.Tcp);

    private static long At(ImmutableArray<long> counts, int index) => index < counts.Length ? counts[index] : 0;
}

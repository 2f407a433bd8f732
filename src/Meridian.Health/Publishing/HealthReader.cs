using System.Collections.Immutable;
using Meridian.Engine.Health;
using Meridian.Health.Evidence;
using Meridian.Health.Judging;
using Meridian.Health.Quorum;
using Meridian.Health.Standby;

namespace Meridian.Health.Publishing;

/// <summary>What the engine knows, for who asks: each answer is of one moment, taken under the engine's lock.</summary>
internal sealed class HealthReader(
    Lock gate, CheckTable table, PoolGates pools, CircuitBreaker breaker, VantageTable vantages, ProbeLoop loop, TimeProvider time)
{
    // 100 to 660: three windows of each are the 2,000 series that one metric may have.
    private const int MaxStandings = 600;

    internal MemberVerdict GetVerdict(MemberKey member)
    {
        lock (gate)
        {
            return table.Find(member) is { } check ? pools.Show(member, check.Verdict) : default;
        }
    }

    internal MemberHealthReport? GetReport(MemberKey member)
    {
        lock (gate)
        {
            return table.Find(member) is { } check ? ReportWriter.Write(member, check, pools, loop.Now, time.GetUtcNow()) : null;
        }
    }

    internal ImmutableArray<MemberHealthReport> GetReports()
    {
        List<MemberHealthReport> reports;
        lock (gate)
        {
            (TimeSpan now, DateTimeOffset date) = (loop.Now, time.GetUtcNow());
            reports = new List<MemberHealthReport>(table.Members.Count);
            foreach ((MemberKey member, Check check) in table.Members)
            {
                reports.Add(ReportWriter.Write(member, check, pools, now, date));
            }
        }

        return
        [
            .. reports.OrderBy(report => report.Member.Pool, StringComparer.Ordinal)
                .ThenBy(report => report.Member.Target, StringComparer.Ordinal),
        ];
    }

    /// <summary>The first members by name, as metrics show them.</summary>
    internal IReadOnlyList<MemberStanding> GetStandings()
    {
        KeyValuePair<MemberKey, Check>[] shown;
        lock (gate)
        {
            shown = [.. table.Members];
        }

        // Thousands of names are compared outside of the lock that verdicts wait for.
        shown =
        [
            .. shown.OrderBy(one => one.Key.Pool, StringComparer.Ordinal)
                .ThenBy(one => one.Key.Target, StringComparer.Ordinal)
                .Take(MaxStandings),
        ];
        lock (gate)
        {
            DateTimeOffset now = time.GetUtcNow();
            return [.. shown.Select(one => new MemberStanding(one.Key, one.Value.State, one.Value.History.Uptime.Report(now)))];
        }
    }

    internal BreakerReport GetBreaker()
    {
        lock (gate)
        {
            int withheld = table.Checks.Where(check => check.IsWithheld).Sum(check => check.Members.Length);
            return new BreakerReport(breaker.Reason, breaker.Since, withheld, breaker.Measure(time.GetUtcNow()));
        }
    }

    internal ImmutableArray<VantageReport> GetVantages()
    {
        lock (gate)
        {
            return vantages.ToReports();
        }
    }

    internal HealthLoad GetLoad()
    {
        lock (gate)
        {
            Dictionary<HealthState, int> members = table.Members.Values
                .CountBy(check => check.State)
                .ToDictionary();
            (int running, TimeSpan overdue) = loop.Load;
            return new HealthLoad
            {
                Checks = table.Checks.Count,
                RunningProbes = running,
                Overdue = overdue,
                MembersUp = members.GetValueOrDefault(HealthState.Up),
                MembersDown = members.GetValueOrDefault(HealthState.Down),
                MembersUnknown = members.GetValueOrDefault(HealthState.Unknown),
                MembersWithheld = table.Members.Values.Count(check => check.IsWithheld),
                IsFrozen = breaker.Reason is not null,
                MembersDisputed = table.Members.Values.Count(check => check.Votes?.Count(check.Local, 0).IsSplit == true),
                VantagesSighted = vantages.All.Count(one => one.IsSighted),
                Vantages = vantages.All.Count,
            };
        }
    }
}

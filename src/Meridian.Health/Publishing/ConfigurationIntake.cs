using System.Collections.Immutable;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Meridian.Health.Judging;
using Meridian.Health.Probes.Push;
using Meridian.Health.Quorum;
using Meridian.Health.Standby;
using Microsoft.Extensions.Logging;

namespace Meridian.Health.Publishing;

/// <summary>Has every part of the engine follow a new configuration, as of one moment.</summary>
internal sealed class ConfigurationIntake(
    Lock gate, CheckTable table, VoteIntake votes, VantageWatch watch, PoolGates pools, ProbeLoop loop, CircuitBreaker breaker, WarmUp warmUp, ILogger logger)
{
    private static readonly BreakerModel Unbounded = new() { MaxMembersPercent = 100, MaxSitesOut = int.MaxValue };

    /// <summary>Adds, removes and changes only the checks that differ.</summary>
    /// <param name="followed">What is to be followed.</param>
    /// <param name="reports">Learns whose reports are to be taken.</param>
    /// <param name="date">The time.</param>
    internal void Follow(in FollowedConfiguration followed, PushRegistry reports, DateTimeOffset date)
    {
        VantageModel vantage = followed.Vantage ?? new VantageModel();
        StandbyMap standby = followed.Model is null ? StandbyMap.Empty : StandbyMap.Of(followed.Model);
        CheckDiff diff;
        List<RunningProbe> stopping;
        int checks;
        int monitored;
        lock (gate)
        {
            votes.Follow(vantage, (followed.Others ?? ImmutableSortedDictionary<string, VantagePointModel>.Empty).ToImmutableDictionary(StringComparer.Ordinal));
            diff = table.Apply(followed.Members, date);
            votes.FollowChecks();
            watch.Follow([.. vantage.References]);
            pools.Follow(standby, followed.Members, table, loop.Now);
            stopping = loop.Follow(diff);
            breaker.Follow(
                followed.Breaker ?? Unbounded, followed.Members, member => table.Find(member) is { IsWithheld: false, State: HealthState.Down });
            checks = table.Checks.Count;
            monitored = table.Members.Count;
            reports.Follow(table.Checks
                .Where(check => check.Monitor.Type == MonitorType.Push)
                .Select(check => (check.Monitor, check.Key.Target)));
        }

        foreach (RunningProbe running in stopping)
        {
            running.Stop();
        }

        if (checks == 0)
        {
            warmUp.End();
        }

        Tell(diff, checks, monitored);
    }

    private void Tell(CheckDiff diff, int checks, int monitored)
    {
        logger.Reconfigured(diff.Added.Count, diff.Removed.Count, checks - diff.Added.Count, monitored);
        IEnumerable<string> unverified = diff.Added
            .Where(check => check.Monitor.SkipVerify)
            .Select(check => check.Monitor.Name);
        foreach (string monitor in unverified.Distinct(StringComparer.Ordinal))
        {
            logger.VerificationSkipped(monitor);
        }
    }
}

/// <summary>The parts of a configuration that health follows.</summary>
/// <param name="Members">All members.</param>
/// <param name="Breaker">How much may be taken out; null sets no bounds.</param>
/// <param name="Vantage">This server as a vantage point; null for one without reference targets.</param>
/// <param name="Others">Vantage points elsewhere that may join; null for none.</param>
/// <param name="Model">Where pools stand in for each other; null for nowhere.</param>
internal readonly record struct FollowedConfiguration(
    ImmutableArray<MemberSlot> Members,
    BreakerModel? Breaker,
    VantageModel? Vantage,
    ImmutableSortedDictionary<string, VantagePointModel>? Others,
    MeridianModel? Model);

using System.Diagnostics;
using System.Diagnostics.Metrics;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Health.Evidence;
using Meridian.Health.Probes;
using Meridian.Health.Quorum;

namespace Meridian.Health;

/// <summary>What the health engine counts. Names and units are documented in docs/operations/metrics-health.md.</summary>
internal sealed class HealthMetrics : IDisposable
{
    internal const string MeterName = "Meridian.Health";

    private readonly Meter _meter;
    private readonly Counter<long> _probes;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _changes;
    private readonly Histogram<double> _lag;
    private readonly Counter<long> _missed;
    private readonly Counter<long> _publications;
    private readonly Counter<long> _saves;
    private readonly Counter<long> _vantageChanges;

    internal HealthMetrics()
    {
        _meter = new Meter(MeterName);
        _probes = _meter.CreateCounter<long>("meridian.health.probes", "{probe}", "Probes that ended, by type and outcome.");
        _duration = _meter.CreateHistogram<double>("meridian.health.probe.duration", "s", "Time from the start of a probe to its result.");
        _changes = _meter.CreateCounter<long>("meridian.health.state.changes", "{change}", "State changes of members, by old and new state.");
        _lag = _meter.CreateHistogram<double>("meridian.health.scheduler.lag", "s", "How much later than due a probe started.");
        _missed = _meter.CreateCounter<long>("meridian.health.scheduler.missed", "{probe}", "Probes that were not made because the scheduler was behind by more than their interval.");
        _publications = _meter.CreateCounter<long>("meridian.health.publications", "{publication}", "Updates of the health table.");
        _saves = _meter.CreateCounter<long>("meridian.health.store.writes", "{write}", "Attempts to write the verdicts to disk, by result.");
        _vantageChanges = _meter.CreateCounter<long>("meridian.health.vantage.changes", "{change}", "Changes of a vantage point's standing, by vantage point and new standing.");
    }

    /// <summary>Shows the load and the members whenever metrics are collected; called once there is something to show.</summary>
    internal void Observe(Func<HealthLoad> load, Func<IReadOnlyList<MemberStanding>> members)
    {
        _meter.CreateObservableGauge("meridian.health.member.up", () => Ups(members()), "{state}", "1 for a member that is up by what health says of it, 0 for one that is down.");
        _meter.CreateObservableGauge("meridian.health.member.uptime", () => Uptimes(members()), "1", "The share of time that a member was up, by window.");
        _meter.CreateObservableGauge("meridian.health.probes.running", () => load().RunningProbes, "{probe}", "Probes that run now.");
        _meter.CreateObservableGauge("meridian.health.scheduler.overdue", () => load().Overdue.TotalSeconds, "s", "How long the longest waiting probe is overdue.");
        _meter.CreateObservableGauge("meridian.health.checks", () => load().Checks, "{check}", "Distinct checks: a monitor and a target.");
        _meter.CreateObservableGauge("meridian.health.withheld", () => load().MembersWithheld, "{member}", "Members that are down and stay in answers, because the circuit breaker is open.");
        _meter.CreateObservableGauge("meridian.health.breaker.open", () => load().IsFrozen ? 1 : 0, "{state}", "1 while the circuit breaker is open.");
        _meter.CreateObservableGauge("meridian.health.disagreements", () => load().MembersDisputed, "{member}", "Members on which sighted vantage points disagree.");
        _meter.CreateObservableGauge("meridian.health.vantage.sighted", () => load().VantagesSighted, "{vantage}", "Vantage points whose votes count.");
        _meter.CreateObservableGauge("meridian.health.vantages", () => load().Vantages, "{vantage}", "Vantage points that are configured, this server among them.");
        _meter.CreateObservableGauge("meridian.health.members", () => MembersByState(load()), "{member}", "Monitored members, by state.");
    }

    /// <summary>Whether an instrument is of this engine; several engines in one process have meters of the same name.</summary>
    internal bool Owns(Instrument instrument) => instrument.Meter == _meter;

    internal void ProbeEnded(MonitorType type, ProbeOutcome outcome, TimeSpan duration)
    {
        TagList tags = new() { { "type", NameOf(type) }, { "outcome", NameOf(outcome) } };
        _probes.Add(1, tags);
        _duration.Record(duration.TotalSeconds, tags);
    }

    internal void ProbeStarted(TimeSpan lag, long missed)
    {
        _lag.Record(lag.TotalSeconds);
        if (missed > 0)
        {
            _missed.Add(missed);
        }
    }

    internal void StateChanged(HealthState from, HealthState to, int members) =>
        _changes.Add(members, new("from", NameOf(from)), new("to", NameOf(to)));

    internal void VantageChanged(VantageChange change) =>
        _vantageChanges.Add(1, new("vantage", change.Name), new("state", VantageStates.NameOf(change.To)));

    internal void Published() => _publications.Add(1);

    internal void Saved(bool isSuccess) => _saves.Add(1, new KeyValuePair<string, object?>("result", isSuccess ? "ok" : "failed"));

    public void Dispose() => _meter.Dispose();

    internal static string NameOf(HealthState state) => state switch
    {
        HealthState.Up => "up",
        HealthState.Down => "down",
        _ => "unknown",
    };

    internal static string NameOf(MonitorType type) => type switch
    {
        MonitorType.Http => "http",
        MonitorType.Https => "https",
        MonitorType.Tcp => "tcp",
        MonitorType.Tls => "tls",
        MonitorType.Dns => "dns",
        MonitorType.Grpc => "grpc",
        MonitorType.Icmp => "icmp",
        MonitorType.Script => "script",
        MonitorType.Push => "push",
        MonitorType.Prometheus => "prometheus",
        _ => "calculated",
    };

    private static string NameOf(ProbeOutcome outcome) => outcome switch
    {
        ProbeOutcome.Success => "success",
        ProbeOutcome.Refused => "refused",
        ProbeOutcome.Unreachable => "unreachable",
        ProbeOutcome.TimedOut => "timeout",
        ProbeOutcome.Closed => "closed",
        ProbeOutcome.NameNotResolved => "name-not-resolved",
        ProbeOutcome.TlsFailed => "tls-failed",
        ProbeOutcome.CertificateRejected => "certificate-rejected",
        ProbeOutcome.InvalidAnswer => "invalid-answer",
        ProbeOutcome.UnexpectedStatus => "unexpected-status",
        ProbeOutcome.UnexpectedBody => "unexpected-body",
        ProbeOutcome.UnexpectedAnswer => "unexpected-answer",
        ProbeOutcome.CommandFailed => "command-failed",
        ProbeOutcome.NotReported => "not-reported",
        _ => "not-made",
    };

    // A member without a verdict has no value: it is neither.
    private static IEnumerable<Measurement<int>> Ups(IReadOnlyList<MemberStanding> members) => members
        .Where(one => one.State != HealthState.Unknown)
        .Select(one => new Measurement<int>(one.State == HealthState.Up ? 1 : 0, new("pool", one.Member.Pool), new KeyValuePair<string, object?>("target", one.Member.Target)));

    private static IEnumerable<Measurement<double>> Uptimes(IReadOnlyList<MemberStanding> members)
    {
        foreach (MemberStanding one in members)
        {
            if (one.Uptime is { } uptime)
            {
                yield return Of(one.Member, "1h", uptime.Hour);
                yield return Of(one.Member, "24h", uptime.Day);
                yield return Of(one.Member, "30d", uptime.Month);
            }
        }

        static Measurement<double> Of(MemberKey member, string window, double share) =>
            new(share, new("pool", member.Pool), new("target", member.Target), new KeyValuePair<string, object?>("window", window));
    }

    private static IEnumerable<Measurement<int>> MembersByState(HealthLoad load) =>
    [
        new(load.MembersUp, new KeyValuePair<string, object?>("state", "up")),
        new(load.MembersDown, new KeyValuePair<string, object?>("state", "down")),
        new(load.MembersUnknown, new KeyValuePair<string, object?>("state", "unknown")),
    ];
}

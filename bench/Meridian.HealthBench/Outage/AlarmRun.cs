using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Meridian.Health;
using Meridian.Health.Evidence;
using Meridian.Health.Probes;
using Meridian.Health.Probes.Push;
using Meridian.Health.Publishing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.HealthBench.Outage;

/// <summary>
/// Checks members that work behind a network that loses packets, and counts verdicts that fell nevertheless. In the last
/// seconds some of them do die, by a command that is given: none of these deaths may be missed.
/// </summary>
/// <param name="network">The members are the addresses that follow this one; the last hundred of them die.</param>
/// <param name="count">How many.</param>
/// <param name="intervalMs">Interval and timeout.</param>
/// <param name="seconds">How long false alarms are counted.</param>
/// <param name="confirmProbes">Probes of a burst; 0 goes without confirmation.</param>
/// <param name="kill">The command that lets the last hundred die.</param>
internal sealed class AlarmRun(IPAddress network, int count, int intervalMs, int seconds, int confirmProbes, string kill) : IVerdictSink
{
    private const int Port = 18091;
    private const int Dying = 100;
    private readonly ConcurrentDictionary<MemberKey, HealthState> _states = new();
    private int _flips;

    public async Task<int> RunAsync()
    {
        ImmutableArray<MemberSlot> slots = Members();
        using HealthEngine engine = new(
            this,
            new ProbeByType(TimeProvider.System, new SystemNameResolver(), new PushRegistry(TimeProvider.System)),
            new HealthOptions(),
            TimeProvider.System,
            NullLogger<HealthEngine>.Instance,
            store: null);
        engine.Reconfigure(slots);
        using CancellationTokenSource stop = new();
        Task running = engine.RunAsync(stop.Token);

        // The first verdict comes with one result, which may be a lost one: counting begins when everybody came up.
        long started = Stopwatch.GetTimestamp();
        while (slots.Any(slot => engine.GetVerdict(slot.Key).State != HealthState.Up) && Stopwatch.GetElapsedTime(started).TotalSeconds < 30)
        {
            await Task.Delay(100);
        }
        int settled = slots.Count(slot => engine.GetVerdict(slot.Key).State == HealthState.Up);
        Interlocked.Exchange(ref _flips, 0);
        started = Stopwatch.GetTimestamp();
        await Task.Delay(TimeSpan.FromSeconds(seconds));
        int flips = _flips;
        double hours = Stopwatch.GetElapsedTime(started).TotalHours * count;
        int failed = engine.GetReports().SelectMany(report => report.Attempts).Count(IsFailure);
        int attempts = engine.GetReports().Sum(report => report.Attempts.Length);
        int deaths = await KillAsync(engine, slots);
        await stop.CancelAsync();
        await running;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"confirm {(confirmProbes == 0 ? "off, fall 3" : $"{confirmProbes} probes"),-12}  up at start {settled}/{count}  {hours,6:0.0} member-hours  {100.0 * failed / Math.Max(1, attempts),5:0.0} % of attempts failed  false alarms {flips,4} = {flips * 1000 / hours,7:0.0} per 1,000 member-hours  deaths seen {deaths}/{Dying}"));
        return deaths == Dying ? 0 : 1;
    }

    public void Publish(ReadOnlySpan<VerdictChange> changes)
    {
        foreach (VerdictChange change in changes)
        {
            HealthState before = _states.GetValueOrDefault(change.Member);
            _states[change.Member] = change.Verdict.State;
            if (before == HealthState.Up && change.Verdict.State == HealthState.Down)
            {
                Interlocked.Increment(ref _flips);
            }
        }
    }

    private static bool IsFailure(ProbeAttempt attempt) => attempt.Result.Outcome != ProbeOutcome.Success;

    private async Task<int> KillAsync(HealthEngine engine, ImmutableArray<MemberSlot> slots)
    {
        using Process killing = Process.Start("/bin/sh", ["-c", kill]);
        await killing.WaitForExitAsync();
        ImmutableArray<MemberSlot> dying = slots[^Dying..];
        long started = Stopwatch.GetTimestamp();
        while (dying.Any(slot => engine.GetVerdict(slot.Key).State != HealthState.Down) && Stopwatch.GetElapsedTime(started).TotalSeconds < 20)
        {
            await Task.Delay(50);
        }
        return dying.Count(slot => engine.GetVerdict(slot.Key).State == HealthState.Down);
    }

    private ImmutableArray<MemberSlot> Members()
    {
        MonitorModel monitor = new()
        {
            Name = "lossy",
            Type = MonitorType.Http,
            Port = Port,
            Interval = TimeSpan.FromMilliseconds(intervalMs),
            Timeout = TimeSpan.FromMilliseconds(Math.Min(intervalMs, 3000)),
            Rise = 2,
            Fall = 3,
            Confirm = confirmProbes == 0 ? null : new ConfirmModel { Probes = confirmProbes },
        };
        byte[] octets = network.GetAddressBytes();
        return
        [
            .. Enumerable.Range(1, count).Select(i =>
            {
                MemberModel member = new() { Address = new IPAddress([octets[0], octets[1], (byte)(i >> 8), (byte)i]) };
                PoolModel pool = new() { Name = "lossy", Monitor = monitor.Name, Members = [member] };
                return new MemberSlot(new MemberKey(pool.Name, member.Target), pool, member, monitor);
            }),
        ];
    }
}

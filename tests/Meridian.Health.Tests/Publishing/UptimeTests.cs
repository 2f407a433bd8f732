using Meridian.Engine.Health;
using Meridian.Health.Evidence;
using Meridian.Health.Publishing;
using Meridian.Health.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.Health.Tests.Publishing;

/// <summary>What is known of the past: shares of uptime, changes, the freeze; and that a restart forgets none of it.</summary>
public sealed class UptimeTests
{
    private static readonly MemberKey Member = new("eu", "203.0.113.10");
    private bool _isUp = true;

    [Fact]
    public void Report_DownForAQuarter_SharesAreThoseOfEachWindow()
    {
        DateTimeOffset start = new(2026, 11, 20, 0, 0, 0, TimeSpan.Zero);
        Uptime uptime = new();
        uptime.Become(HealthState.Up, start);
        uptime.Become(HealthState.Down, start.AddHours(10));
        uptime.Become(HealthState.Up, start.AddHours(10).AddMinutes(15));

        UptimeReport report = uptime.Report(start.AddHours(10).AddMinutes(30))!;
        Assert.Equal(0.75, report.Hour, 3);
        Assert.Equal(1 - (0.25 / 10.5), report.Day, 3);
        Assert.Equal(1 - (0.25 / 10.5), report.Month, 3);

        report = uptime.Report(start.AddDays(20))!;
        Assert.Equal(1, report.Hour, 6);
        Assert.Equal(1, report.Day, 6);
        Assert.Equal(1 - (0.25 / 480), report.Month, 5);
        Assert.Equal(1, uptime.Report(start.AddDays(60))!.Month, 6);
    }

    [Fact]
    public void Restore_WhileDown_CountsNothingTwice()
    {
        DateTimeOffset start = new(2026, 11, 20, 0, 0, 0, TimeSpan.Zero);
        Uptime before = new();
        before.Become(HealthState.Up, start);
        before.Become(HealthState.Down, start.AddMinutes(30));
        UptimeRecord record = before.ToRecord(start.AddMinutes(45))!;

        Uptime after = new();
        after.Become(HealthState.Down, start.AddMinutes(30));
        after.Restore(record);
        after.Become(HealthState.Up, start.AddMinutes(50));

        Assert.Equal(1 - (20.0 / 60), after.Report(start.AddMinutes(60))!.Hour, 2);
    }

    [Fact]
    public async Task Restart_Frozen_StaysFrozenAndKeepsItsHistory()
    {
        string directory = Directory.CreateTempSubdirectory("meridian-health").FullName;
        VerdictStore store = new(directory, NullLogger<VerdictStore>.Instance);
        using (EngineBench bench = new(ScriptedProbe.Answering(_ => _isUp), store: store))
        {
            bench.Engine.Reconfigure([Models.Slot(Member.Pool, Member.Target, Models.Monitor())]);
            bench.Run(TimeSpan.FromMinutes(1));
            _isUp = false;
            bench.Run(TimeSpan.FromMinutes(1));
            bench.Engine.Freeze("ann: looks odd");

            // Ends at once, and writes at its end.
            await bench.Engine.RunAsync(new CancellationToken(canceled: true));
        }

        using EngineBench restarted = new(ScriptedProbe.Answering(_ => _isUp), store: store);
        restarted.Engine.Reconfigure([Models.Slot(Member.Pool, Member.Target, Models.Monitor())]);

        Assert.Equal("frozen by ann: looks odd", restarted.Engine.Breaker.Reason);
        MemberHealthReport report = restarted.Engine.GetReport(Member)!;
        Assert.Equal([HealthState.Down, HealthState.Up], report.History.Select(change => change.State));
        Assert.InRange(report.Uptime!.Hour, 0, 0.99);
        Directory.Delete(directory, recursive: true);
    }
}

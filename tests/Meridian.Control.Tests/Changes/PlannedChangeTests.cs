using Meridian.Control.ChangeLog;
using Meridian.Control.Changes;
using Meridian.Control.Changes.Planned;
using Meridian.Dns.Names;
using Meridian.Engine.Health;
using static Meridian.Control.Tests.Changes.PlannedBench;

namespace Meridian.Control.Tests.Changes;

/// <summary>Planned changes in virtual time: what a cache would get is asked for through the one seam.</summary>
[Collection("changes")]
public sealed class PlannedChangeTests
{
    // Only where a guard is wanted: every publication waits for the first verdicts, which nobody gives here.
    private const string Monitored =
        """
        monitors:
          web: {type: http}

        """;

    [Fact]
    public async Task Plan_TimePasses_TtlIsLowOneOldTtlAheadAndRestored()
    {
        await using PlannedBench bench = await PlannedBench.StartAsync();
        PlannedChange planned = await bench.PlanAsync(TimeSpan.FromMinutes(60));
        Assert.Equal(bench.Start + TimeSpan.FromMinutes(55), planned.LowerAt);

        await bench.AtAsync(TimeSpan.FromSeconds(3_299));
        Assert.Equal((Before, 300u), bench.Ask());
        await bench.AtAsync(TimeSpan.FromSeconds(3_300));
        Assert.Equal((Before, 30u), bench.Ask());
        await bench.AtAsync(TimeSpan.FromSeconds(3_599));
        Assert.Equal((Before, 30u), bench.Ask());
        await bench.AtAsync(TimeSpan.FromSeconds(3_600));
        Assert.Equal((After, 30u), bench.Ask());
        await bench.AtAsync(TimeSpan.FromSeconds(3_659));
        Assert.Equal((After, 30u), bench.Ask());
        await bench.AtAsync(TimeSpan.FromSeconds(3_660));
        Assert.Equal((After, 300u), bench.Ask());
        Assert.Equal(PlannedStep.Done, (await bench.OnlyAsync()).Step);
        // The records are what they were: nothing of the plan is left in them.
        Assert.Equal("""{"A":{"steer":"www"}}""", await bench.BodyAsync(DocumentKinds.Records, "example.com/www"));
    }

    [Fact]
    public async Task Plan_NoCacheThatHonoursTtls_HoldsTheOldAnswerLongAfterTheChange()
    {
        // Caches that ask at any time, and keep what they get for its TTL: the reason for all of it.
        await using PlannedBench bench = await PlannedBench.StartAsync();
        await bench.PlanAsync(TimeSpan.FromSeconds(1_000));
        const int Caches = 60;
        (string Answer, double Until)[] caches = new (string, double)[Caches];
        double lastOld = 0;
        for (int second = 0; second <= 1_200; second++)
        {
            await bench.AtAsync(TimeSpan.FromSeconds(second));
            for (int i = 0; i < Caches; i++)
            {
                if (second >= caches[i].Until && (second > Caches || second == i))
                {
                    (string address, uint ttl) = bench.Ask();
                    caches[i] = (address, second + ttl);
                }
                lastOld = caches[i].Answer == Before && second < caches[i].Until ? second : lastOld;
            }
        }
        Assert.InRange(lastOld, 1_000, 1_030);
    }

    [Theory]
    [InlineData("Waiting")]
    [InlineData("Lowered")]
    [InlineData("Changed")]
    public async Task Plan_RestartInAnyStep_GoesOnAndEndsTheSame(string step)
    {
        await using PlannedBench bench = await PlannedBench.StartAsync();
        await bench.PlanAsync(TimeSpan.FromMinutes(60));
        int second = step switch { "Waiting" => 1_000, "Lowered" => 3_400, _ => 3_610 };
        foreach (int due in new[] { 1_000, 3_300, 3_600 }.Where(due => due <= second))
        {
            await bench.AtAsync(TimeSpan.FromSeconds(due));
        }
        Assert.Equal(step, (await bench.OnlyAsync()).Step.ToString());

        await bench.RestartAsync();
        foreach (int later in new[] { second, 3_300, 3_600, 3_660 }.Where(later => later >= second))
        {
            await bench.AtAsync(TimeSpan.FromSeconds(later));
        }

        Assert.Equal((After, 300u), bench.Ask());
        PlannedChange ended = await bench.OnlyAsync();
        Assert.Equal((PlannedStep.Done, bench.Start + TimeSpan.FromMinutes(60)), (ended.Step, ended.ChangeAt));
        // Each step once: planned, lowered, changed, restored.
        Assert.Equal(1 + 4, bench.Harness.Log.Head!.Number);
    }

    [Fact]
    public async Task Plan_ServerAwayWhenTheTtlWasToBeLowered_WaitsAsLongAsTheOldTtl()
    {
        await using PlannedBench bench = await PlannedBench.StartAsync();
        await bench.PlanAsync(TimeSpan.FromMinutes(60));
        await bench.RestartAsync();
        // Back ten seconds before the change: caches may hold the old TTL for another 300 s.
        await bench.AtAsync(TimeSpan.FromSeconds(3_590));
        await bench.AtAsync(TimeSpan.FromSeconds(3_600));
        Assert.Equal((Before, 30u), bench.Ask());
        Assert.Contains("lowered late", (await bench.OnlyAsync()).Note, StringComparison.Ordinal);
        await bench.AtAsync(TimeSpan.FromSeconds(3_889));
        Assert.Equal((Before, 30u), bench.Ask());
        await bench.AtAsync(TimeSpan.FromSeconds(3_890));
        Assert.Equal((After, 30u), bench.Ask());
    }

    [Fact]
    public async Task Plan_SoonerThanTheOldTtl_IsRefusedUnlessForced()
    {
        await using PlannedBench bench = await PlannedBench.StartAsync();
        ChangeOutcome.Invalid refused = Assert.IsType<ChangeOutcome.Invalid>((await bench.TryPlanAsync(TimeSpan.FromSeconds(299))).Outcome);
        Assert.Contains("the earliest time is", refused.Errors[0].Message, StringComparison.Ordinal);
        Assert.IsType<ChangeOutcome.Invalid>((await bench.TryPlanAsync(TimeSpan.FromSeconds(310), wanted => wanted with { Tail = TimeSpan.FromSeconds(20) })).Outcome);

        await bench.PlanAsync(TimeSpan.FromSeconds(40), wanted => wanted with { IsForced = true });
        await bench.AtAsync(TimeSpan.FromSeconds(1));
        Assert.Equal((Before, 30u), bench.Ask());
        await bench.AtAsync(TimeSpan.FromSeconds(40));
        Assert.Equal((After, 30u), bench.Ask());
    }

    [Fact]
    public async Task Plan_TailWasMeasured_LowersThatMuchEarlier()
    {
        await using PlannedBench bench = await PlannedBench.StartAsync();
        bench.MeasuredTail = TimeSpan.FromSeconds(45);
        PlannedChange planned = await bench.PlanAsync(TimeSpan.FromMinutes(60));
        Assert.Equal(bench.Start + TimeSpan.FromSeconds(3_600 - 345), planned.LowerAt);
    }

    [Fact]
    public async Task Cancel_TtlIsLow_IsRestoredAndNothingElseHappens()
    {
        await using PlannedBench bench = await PlannedBench.StartAsync();
        PlannedChange planned = await bench.PlanAsync(TimeSpan.FromMinutes(60), wanted => wanted with { Name = DomainName.Parse("own.example.com.") });
        string before = await bench.BodyAsync(DocumentKinds.Records, "example.com/own");
        await bench.AtAsync(planned.LowerAt - bench.Start);
        Assert.Equal((Before, 30u), bench.Ask("own"));

        Assert.IsType<ChangeOutcome.Accepted>(await bench.Service.CancelAsync(planned.Id, "bob", "not tonight", TestContext.Current.CancellationToken));

        await bench.AtAsync(TimeSpan.FromMinutes(61));
        Assert.Equal((Before, 120u), bench.Ask("own"));
        Assert.Equal(before, await bench.BodyAsync(DocumentKinds.Records, "example.com/own"));
        Assert.Equal("cancelled by bob: not tonight", (await bench.OnlyAsync()).Note);
        Assert.Null(await bench.Service.CancelAsync("c999", "bob", null, TestContext.Current.CancellationToken));
        Assert.IsType<ChangeOutcome.Invalid>(await bench.Service.CancelAsync(planned.Id, "bob", null, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Watch_GuardGoesDown_ChangeIsTakenBackWhileTtlIsLow()
    {
        await using PlannedBench bench = await PlannedBench.StartAsync(Monitored + Yaml.Replace("  new: {members", "  watched: {monitor: web, members", StringComparison.Ordinal));
        await bench.PlanAsync(TimeSpan.FromMinutes(60), wanted => wanted with
        {
            Guard = ["web"],
            Change = wanted.Change with { Changes = [Put("policy", "www", """{"pool": "watched", "ttl": "300s"}""")] },
        });
        await bench.AtAsync(TimeSpan.FromMinutes(55));
        await bench.AtAsync(TimeSpan.FromMinutes(60));
        Assert.Equal(After, bench.Ask().Address);
        bench.Down.Add(new MemberKey("watched", After));
        await bench.AtAsync(TimeSpan.FromSeconds(3_601));
        Assert.Equal((Before, 300u), bench.Ask());
        PlannedChange ended = await bench.OnlyAsync();
        Assert.Equal(PlannedStep.Failed, ended.Step);
        Assert.Equal($"taken back: monitor 'web' says that watched/{After} is down", ended.Note);
    }

    [Fact]
    public async Task Change_SomebodyWasFaster_IsNotMadeAndTtlIsRestored()
    {
        await using PlannedBench bench = await PlannedBench.StartAsync();
        await bench.PlanAsync(TimeSpan.FromMinutes(60));
        await bench.AtAsync(TimeSpan.FromMinutes(55));
        ChangeOutcome.Accepted other = Assert.IsType<ChangeOutcome.Accepted>(await bench.Harness.PutAsync("policy", "www", """{"pool": "old", "ttl": "200s"}"""));
        await bench.Harness.ServedAsync(other.Revision.Number);
        await bench.AtAsync(TimeSpan.FromMinutes(60));
        PlannedChange ended = await bench.OnlyAsync();
        Assert.Equal((PlannedStep.Failed, "somebody changed policy www after this was planned"), (ended.Step, ended.Note));
        Assert.Equal((Before, 200u), bench.Ask());
    }

    [Fact]
    public async Task Plan_WhatCouldNotBeApplied_IsToldNow()
    {
        await using PlannedBench bench = await PlannedBench.StartAsync();
        Assert.IsType<ChangeOutcome.Invalid>((await bench.TryPlanAsync(
            TimeSpan.FromHours(2), wanted => wanted with { Change = wanted.Change with { Changes = [Put("policy", "www", """{"pool": "nowhere"}""")] } })).Outcome);
        Assert.IsType<ChangeOutcome.Invalid>((await bench.TryPlanAsync(TimeSpan.FromHours(2), wanted => wanted with { Name = DomainName.Parse("none.example.com.") })).Outcome);
        await bench.PlanAsync(TimeSpan.FromHours(2));
        ChangeOutcome.Invalid second = Assert.IsType<ChangeOutcome.Invalid>((await bench.TryPlanAsync(TimeSpan.FromHours(3))).Outcome);
        Assert.Contains("has a planned change already", second.Errors[0].Message, StringComparison.Ordinal);
    }
}

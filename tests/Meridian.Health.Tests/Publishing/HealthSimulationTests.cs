using System.Collections.Immutable;
using System.Net;
using Meridian.Engine.Health;
using Meridian.Engine.Snapshot;
using Meridian.Health.Evidence;
using Meridian.Health.Tests.Support;

namespace Meridian.Health.Tests.Publishing;

/// <summary>A day of members that die and return at random, under virtual time, with reloads in between.</summary>
public sealed class HealthSimulationTests
{
    private const int Members = 12;

    // Three failures at an interval of 10 s, and the step of the simulation.
    private static readonly TimeSpan Tail = TimeSpan.FromSeconds(31);

    [Theory]
    [InlineData(1)]
    [InlineData(2026)]
    public void Run_ADayOfOutages_EveryVerdictIsTrueWithinItsTime(int seed)
    {
        Random random = new(seed);
        ImmutableArray<MemberSlot> slots = Models.Slots(Members, Models.Monitor());
        Dictionary<IPAddress, bool> truth = slots.ToDictionary(slot => slot.Member.Address!, _ => true);
        TimeSpan[] changedAt = new TimeSpan[Members];
        using EngineBench bench = new(ScriptedProbe.Answering(target => truth[target.Address!]));
        bench.Engine.Reconfigure(slots);
        bench.Run(TimeSpan.FromMinutes(1));
        int outages = 0;
        for (TimeSpan until = TimeSpan.FromDays(1); bench.Time.Elapsed < until; bench.Run(TimeSpan.FromSeconds(1)))
        {
            for (int i = 0; i < Members; i++)
            {
                MemberKey member = slots[i].Key;
                IPAddress address = slots[i].Member.Address!;
                HealthState state = bench.Engine.GetVerdict(member).State;
                bool isSettled = bench.Time.Elapsed - changedAt[i] > Tail;
                Assert.True(!isSettled || state == (truth[address] ? HealthState.Up : HealthState.Down), $"{member} is {state} at {bench.Time.Elapsed}.");
                if (isSettled && random.Next(300) == 0)
                {
                    truth[address] = !truth[address];
                    changedAt[i] = bench.Time.Elapsed;
                    outages++;
                }
            }

            if (random.Next(600) == 0)
            {
                bench.Engine.Reconfigure(slots);
            }
        }

        // What was published last is what the engine says, and each state has its evidence.
        Assert.InRange(outages, 1000, 5000);
        foreach (MemberHealthReport report in bench.Engine.GetReports())
        {
            Assert.Equal(report.Verdict, bench.Sink.Of(report.Member));
            Assert.Contains(report.Attempts, attempt => attempt.Result.Reason == report.Cause);
            Assert.Equal(0, bench.Engine.GetLoad().RunningProbes);
        }
    }
}

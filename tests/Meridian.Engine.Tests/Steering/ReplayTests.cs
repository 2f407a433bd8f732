using System.Collections.Immutable;
using Meridian.Dns.Records;
using Meridian.Engine.Answering;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Meridian.Engine.Steering;
using Meridian.Engine.Tests.Support;

namespace Meridian.Engine.Tests.Steering;

/// <summary>A state of the past, given back from an image and the changes after it, answers as it did then, octet for octet.</summary>
public sealed class ReplayTests
{
    private const int Configurations = 300;
    private const int ChangesEach = 12;
    private const int QueriesEach = 8;

    [Fact]
    public void Replay_RandomChanges_AnswersOctetForOctet()
    {
        HashSet<string> distinct = [];
        SteeringProperty.Check(Configurations, steering =>
        {
            DataPlane live = steering.ServeDataPlane();
            ListJournal journal = new();
            live.Attach(journal, 0);
            SnapshotPublished start = Assert.IsType<SnapshotPublished>(live.Capture());
            for (int change = 0; change < ChangesEach; change++)
            {
                Disturb(live, steering);
                DataPlaneReplay replay = new(start);
                journal.Changes.ForEach(replay.Apply);
                Assert.Equal(live.Stamp, replay.Stamp);
                if (FindOther(steering, new TestClient(live), new TestClient(replay.Freeze()), distinct) is { } other)
                {
                    return $"change {change}, {other}";
                }
                if (change == ChangesEach / 2)
                {
                    // From the middle on, as from a new segment of a log: what was before need not be known any more.
                    start = Assert.IsType<SnapshotPublished>(live.Capture());
                    journal.Changes.Clear();
                }
            }
            return null;
        });
        Assert.True(distinct.Count > Configurations, $"only {distinct.Count} different answers: nothing was changed");
    }

    private static void Disturb(DataPlane live, RandomSteering steering)
    {
        Choices choices = steering.Choices;
        ImmutableArray<MemberSlot> members = Assert.IsType<DataPlaneSnapshot>(live.Snapshot).Members;
        switch (choices.Next(6))
        {
            case 0:
                live.UpdateLoads([.. Enumerable.Range(0, 4).Where(_ => choices.Next(3) > 0).Select(i => new LoadReading($"pool{i}", choices.Next(2) == 0 ? "load" : "demand", choices.Next(120)))]);
                break;
            case 1:
                live.IsWarmingUp = choices.Next(2) == 0;
                break;
            case 2:
                // Half of the networks are answered by the same configuration under another key of its draws.
                DataPlane candidate = live.CreateCandidate();
                candidate.Publish(steering.Compile(revision: 2), new FixedVerdicts(new Dictionary<MemberKey, MemberVerdict>()));
                Assert.True(live.Stage(candidate, ClientStage.Create(0.5, []), expected: live.Staged));
                break;
            case 3:
                Assert.Equal(live.Staged is not null, live.Staged is { } staged && live.EndStage(staged));
                break;
            default:
                live.UpdateVerdicts([.. Enumerable.Range(0, choices.Next(1, 4)).Select(_ => new VerdictChange(
                    members[choices.Next(members.Length)].Key,
                    new MemberVerdict((HealthState)choices.Next(3), (uint)choices.Next(40)) { ReductionPercent = (byte)(choices.Next(2) * choices.Next(100)) }))]);
                break;
        }
    }

    private static string? FindOther(RandomSteering steering, TestClient live, TestClient replayed, HashSet<string> distinct)
    {
        for (int i = 0; i < QueriesEach; i++)
        {
            byte[] query = TestClient.Query($"p{i % 3}.example.com.", RecordType.A, $"{steering.RandomClient()}/32", (ushort)steering.Choices.Next(65_536));
            ushort port = (ushort)steering.Choices.Next(65_536);
            byte[] expected = live.Ask(query, port: port, time: steering.UnixSeconds).Octets;
            byte[] actual = replayed.Ask(query, port: port, time: steering.UnixSeconds).Octets;
            if (!expected.SequenceEqual(actual))
            {
                return $"query {i}: {Convert.ToHexString(expected)} was answered, {Convert.ToHexString(actual)} is replayed";
            }
            distinct.Add(Convert.ToHexString(expected[12..]));
        }
        return null;
    }

    [Fact]
    public void Guards_Restart_RampDoesNotJumpAhead()
    {
        // The ramp is long over; its guard failed and came back a moment ago, so it stands at its first step.
        ModelBuilder builder = new ModelBuilder().Pool("a", "192.0.2.1").Pool("b", "192.0.2.2")
            .Policy("p", new RampNode
            {
                From = new PoolNode("a"),
                To = new PoolNode("b"),
                Steps = [0, 100],
                Every = TimeSpan.FromHours(1),
                Start = DateTimeOffset.UnixEpoch,
                Guard = "web",
            })
            .Zone("example.com.", ModelBuilder.Steered("www", "example.com.", RecordType.A, "p"));
        DataPlane before = builder.Serve();
        Assert.Equal("192.0.2.2", AskNow(before));
        MemberKey member = new("a", "192.0.2.1");
        before.UpdateVerdicts([new VerdictChange(member, new MemberVerdict(HealthState.Down, 0))]);
        before.UpdateVerdicts([new VerdictChange(member, MemberVerdict.Up)]);
        Assert.Equal("192.0.2.1", AskNow(before));

        DataPlane after = new(TimeProvider.System);
        after.RestoreGuards(before.Guards);
        after.Publish(builder.Compile(), new FixedVerdicts(new Dictionary<MemberKey, MemberVerdict>()));
        Assert.Equal("192.0.2.1", AskNow(after));
    }

    private static string AskNow(DataPlane dataPlane) => new TestClient(dataPlane)
        .Ask(TestClient.Query("www.example.com.", RecordType.A), time: DateTimeOffset.UtcNow.ToUnixTimeSeconds()).Addresses[0];

    private sealed class ListJournal : IChangeJournal
    {
        public List<DataPlaneChange> Changes { get; } = [];

        public void Record(DataPlaneChange change) => Changes.Add(change);
    }
}

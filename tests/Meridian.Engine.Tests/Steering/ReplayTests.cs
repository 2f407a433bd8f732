using System.Collections.Immutable;
using Meridian.Dns.Records;
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
        for (int seed = 0; seed < Configurations; seed++)
        {
            RandomSteering steering = new(seed, anyStrict: seed % 3 == 0);
            DataPlane live = steering.ServeDataPlane();
            ListJournal journal = new();
            live.Attach(journal, 0);
            SnapshotPublished start = Assert.IsType<SnapshotPublished>(live.Capture());
            Random random = new(seed);
            for (int change = 0; change < ChangesEach; change++)
            {
                Disturb(live, random);
                DataPlaneReplay replay = new(start.Snapshot, start.Image);
                journal.Changes.ForEach(replay.Apply);
                Assert.Equal(live.Stamp, replay.Stamp);
                Compare(steering, new TestClient(live), new TestClient(replay.Freeze()), random, distinct, $"seed {seed}, change {change}");
                if (change == ChangesEach / 2)
                {
                    // From the middle on, as from a new segment of a log: what was before need not be known any more.
                    start = Assert.IsType<SnapshotPublished>(live.Capture());
                    journal.Changes.Clear();
                }
            }
        }
        Assert.True(distinct.Count > Configurations, $"only {distinct.Count} different answers: nothing was changed");
    }

    private static void Disturb(DataPlane live, Random random)
    {
        ImmutableArray<MemberSlot> members = Assert.IsType<DataPlaneSnapshot>(live.Snapshot).Members;
        switch (random.Next(4))
        {
            case 0:
                live.UpdateLoads([.. Enumerable.Range(0, 4).Where(_ => random.Next(3) > 0).Select(i => new LoadReading($"pool{i}", random.Next(2) == 0 ? "load" : "demand", random.Next(120)))]);
                break;
            case 1:
                live.IsWarmingUp = random.Next(2) == 0;
                break;
            default:
                live.UpdateVerdicts([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => new VerdictChange(
                    members[random.Next(members.Length)].Key,
                    new MemberVerdict((HealthState)random.Next(3), (uint)random.Next(40)) { ReductionPercent = (byte)(random.Next(2) * random.Next(100)) }))]);
                break;
        }
    }

    private static void Compare(
        RandomSteering steering, TestClient live, TestClient replayed, Random random, HashSet<string> distinct, string where)
    {
        for (int i = 0; i < QueriesEach; i++)
        {
            byte[] query = TestClient.Query($"p{i % 3}.example.com.", RecordType.A, $"{steering.RandomClient()}/32", (ushort)random.Next(65_536));
            ushort port = (ushort)random.Next(65_536);
            byte[] expected = live.Ask(query, port: port, time: steering.UnixSeconds).Octets;
            byte[] actual = replayed.Ask(query, port: port, time: steering.UnixSeconds).Octets;
            Assert.True(expected.SequenceEqual(actual), $"{where}, query {i}");
            distinct.Add(Convert.ToHexString(expected[12..]));
        }
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

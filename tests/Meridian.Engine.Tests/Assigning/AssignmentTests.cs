using System.Collections.Immutable;
using System.Net;
using Meridian.Dns.Records;
using Meridian.Engine.Answering;
using Meridian.Engine.Assigning;
using Meridian.Engine.Explaining;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Meridian.Engine.Tests.Support;

namespace Meridian.Engine.Tests.Assigning;

/// <summary>Weighted nodes that assign resolvers: who gets what, what health and changes do to it, and that a replay knows.</summary>
[Collection(AllocationCollection.Name)]
public sealed class AssignmentTests
{
    private const string Zone = "example.com.";

    [Fact]
    public void Answer_NothingAssigned_IsDrawnByWeight()
    {
        TestClient client = new(Serve(70, 30));
        int first = Enumerable.Range(0, 5000).Count(i => AddressFor(client, 1, (ushort)i) == "192.0.2.1");
        Assert.InRange(first / 5000.0, 0.67, 0.73);
    }

    [Fact]
    public void Answer_AssignedNetworks_KeepTheirChildAndMeetTheWeights()
    {
        DataPlane dataPlane = Serve(70, 30);
        AssignedNodeReport node = Assign(dataPlane, Zipf(200));
        TestClient client = new(dataPlane);
        double[] volumes = Zipf(200);
        double first = 0;
        for (int i = 0; i < volumes.Length; i++)
        {
            string address = AddressFor(client, i, 1);
            Assert.All(Enumerable.Range(2, 20), id => Assert.Equal(address, AddressFor(client, i, (ushort)id)));
            first += address == "192.0.2.1" ? volumes[i] : 0;
        }
        Assert.InRange(first / volumes.Sum(), 0.698, 0.702);
        Assert.Equal(200, node.Networks);
        Assert.Equal(0, node.Moved);
        Assert.InRange(node.Children[0].Expected, 0.698, 0.702);
    }

    [Fact]
    public void Answer_ClientSubnets_AreAssignedByTheirNetworkAndScopedByIt()
    {
        DataPlane dataPlane = Serve(70, 30);
        Assign(dataPlane, Zipf(50));
        TestClient client = new(dataPlane);
        TestResponse response = client.Ask("www.example.com.", RecordType.A, "10.0.7.0/24");
        Assert.Equal(24, response.Scope);
        Assert.Equal(AddressFor(client, 7, 1), response.Addresses[0]);
    }

    [Fact]
    public void Plan_MemberDownAndUpAgain_MovesOnlyItsOwnAndGivesThemBack()
    {
        DataPlane dataPlane = Serve(50, 30, 20);
        double[] volumes = Zipf(300);
        Assign(dataPlane, volumes);
        TestClient client = new(dataPlane);
        string[] before = [.. Enumerable.Range(0, 300).Select(i => AddressFor(client, i, 1))];
        dataPlane.UpdateVerdicts([new VerdictChange(new MemberKey("c", "192.0.2.3"), new MemberVerdict(HealthState.Down, 0))]);
        // At once, before anything is assigned anew.
        AssertOnlyMoved(before, client, "192.0.2.3");
        AssignedNodeReport without = Assign(dataPlane, volumes);
        AssertOnlyMoved(before, client, "192.0.2.3");
        double first = Enumerable.Range(0, 300).Where(i => AddressFor(client, i, 1) == "192.0.2.1").Sum(i => volumes[i]);
        Assert.InRange(first / volumes.Sum(), 0.62, 0.63);
        Assert.InRange(without.Moved, 0.18, 0.22);
        dataPlane.UpdateVerdicts([new VerdictChange(new MemberKey("c", "192.0.2.3"), MemberVerdict.Up)]);
        Assign(dataPlane, volumes);
        Assert.Equal(before, Enumerable.Range(0, 300).Select(i => AddressFor(client, i, 1)));
    }

    [Fact]
    public void Publish_OtherWeightsAndChildren_CarriesAssignmentsOverByName()
    {
        DataPlane dataPlane = Serve(50, 50);
        double[] volumes = Zipf(300);
        Assign(dataPlane, volumes);
        TestClient client = new(dataPlane);
        string[] before = [.. Enumerable.Range(0, 300).Select(i => AddressFor(client, i, 1))];
        ModelBuilder changed = Model(50, 40, 10);
        dataPlane.Publish(changed.Compile(previous: dataPlane.Snapshot, revision: 2), changed.Verdicts);
        Assert.Equal(before, Enumerable.Range(0, 300).Select(i => AddressFor(client, i, 1)));
        AssignedNodeReport node = Assign(dataPlane, volumes);
        Assert.InRange(node.Moved, 0.08, 0.12);
        Assert.InRange(node.Children[2].Expected, 0.09, 0.11);
    }

    [Fact]
    public void Plan_OneResolverLargerThanAnyShare_IsLeftToTheDraw()
    {
        DataPlane dataPlane = Serve(50, 50);
        AssignedNodeReport node = Assign(dataPlane, [1000, .. Zipf(100)]);
        Assert.Equal(1, node.TooLarge);
        Assert.All(node.Children, child => Assert.InRange(child.Expected, 0.499, 0.501));
        TestClient client = new(dataPlane);
        Assert.Equal(2, Enumerable.Range(0, 100).Select(id => AddressFor(client, 0, (ushort)id)).Distinct().Count());
    }

    [Fact]
    public void Plan_ZeroWeight_TakesNobodyUntilNothingElseIsLeft()
    {
        DataPlane dataPlane = Serve(0, 1);
        Assign(dataPlane, Zipf(50));
        TestClient client = new(dataPlane);
        Assert.All(Enumerable.Range(0, 50), i => Assert.Equal("192.0.2.2", AddressFor(client, i, 1)));
        dataPlane.UpdateVerdicts([new VerdictChange(new MemberKey("b", "192.0.2.2"), new MemberVerdict(HealthState.Down, 0))]);
        Assert.All(Enumerable.Range(0, 50), i => Assert.Equal("192.0.2.1", AddressFor(client, i, 1)));
        Assign(dataPlane, Zipf(50));
        Assert.All(Enumerable.Range(0, 50), i => Assert.Equal("192.0.2.1", AddressFor(client, i, 1)));
    }

    [Fact]
    public void Plan_TwoNodesOfOnePolicyWithTheSameChildren_EachKeepsItsOwn()
    {
        WeightedNode first = new([new(new PoolNode("a"), 90), new(new PoolNode("b"), 10)], Sticky: false) { Assign = WeightedAssign.ByResolver };
        WeightedNode second = first with { Of = [new(new PoolNode("a"), 10), new(new PoolNode("b"), 90)] };
        DataPlane dataPlane = new ModelBuilder().Pool("a", "192.0.2.1").Pool("b", "192.0.2.2")
            .Policy("p", new NetworkNode([new(IPNetwork.Parse("10.0.0.0/17"), null, first)], second, Strict: false))
            .Zone(Zone, ModelBuilder.Steered("www", Zone, RecordType.A, "p")).Serve();
        double[] volumes = [.. Enumerable.Repeat(1.0, 256)];
        dataPlane.UpdateAssignments(AssignmentPlanner.Plan(
            dataPlane, volumes.Select((volume, i) => new ObservedDemand(ClientAddress.FromIPv4(Network(i) + 5), "p", volume))).Assignments);
        TestClient client = new(dataPlane);
        Assert.InRange(Enumerable.Range(0, 128).Count(i => AddressFor(client, i, 1) == "192.0.2.1"), 114, 117);
        Assert.InRange(Enumerable.Range(128, 128).Count(i => AddressFor(client, i, 1) == "192.0.2.1"), 11, 14);
    }

    [Fact]
    public void Plan_SameDemandAgain_ChangesNothing()
    {
        DataPlane dataPlane = Serve(70, 30);
        Assign(dataPlane, Zipf(100));
        long stamp = dataPlane.Stamp;
        Assign(dataPlane, [.. Zipf(100).Select((volume, i) => volume * (1 + (0.02 * (i % 3))))]);
        Assert.Equal(stamp, dataPlane.Stamp);
    }

    [Fact]
    public void Replay_AssignmentsChanged_AnswersAsThen()
    {
        DataPlane dataPlane = Serve(70, 30);
        ListJournal journal = new();
        dataPlane.Attach(journal, 0);
        SnapshotPublished start = Assert.IsType<SnapshotPublished>(dataPlane.Capture());
        Assign(dataPlane, Zipf(100));
        DataPlaneReplay replay = new(start);
        journal.Changes.ForEach(replay.Apply);
        DataPlaneReplay later = new(Assert.IsType<SnapshotPublished>(dataPlane.Capture()));
        TestClient live = new(dataPlane);
        TestClient then = new(replay.Freeze());
        TestClient image = new(later.Freeze());
        Assert.Equal(dataPlane.Stamp, replay.Stamp);
        Assert.All(Enumerable.Range(0, 120), i => Assert.Equal(AddressFor(live, i, 1), AddressFor(then, i, 1)));
        Assert.All(Enumerable.Range(0, 120), i => Assert.Equal(AddressFor(live, i, 1), AddressFor(image, i, 1)));
    }

    [Fact]
    public void Stage_CandidateOfTheSamePolicy_AssignsAsTheCurrentOne()
    {
        DataPlane dataPlane = Serve(70, 30);
        Assign(dataPlane, Zipf(100));
        TestClient client = new(dataPlane);
        string[] before = [.. Enumerable.Range(0, 100).Select(i => AddressFor(client, i, 1))];
        DataPlane candidate = dataPlane.CreateCandidate();
        ModelBuilder same = Model(70, 30);
        candidate.Publish(same.Compile(previous: dataPlane.Snapshot, revision: 2), same.Verdicts);
        Assert.True(dataPlane.Stage(candidate, ClientStage.Create(1, new long[ClientStage.BucketCount]), expected: null));
        Assert.Equal(before, Enumerable.Range(0, 100).Select(i => AddressFor(client, i, 1)));
    }

    [Fact]
    public void Explain_AssignedNetwork_SaysByWhatVolume()
    {
        DataPlane dataPlane = Serve(70, 30);
        Assign(dataPlane, Zipf(100));
        string text = Words(dataPlane, "10.0.0.9");
        Assert.Contains("assigned by observed volume (resolver network 10.0.0.0/24: 19.28 % of the traffic)", text, StringComparison.Ordinal);
        Assert.Contains("no volume is assigned to this network: drew", Words(dataPlane, "172.16.0.1"), StringComparison.Ordinal);
    }

    [Fact]
    public void Answer_Assigned_AllocatesNothing()
    {
        DataPlane dataPlane = Serve(50, 30, 20);
        Assign(dataPlane, Zipf(1000));
        QueryAnswerer answerer = new(dataPlane, new AnswerLimits());
        byte[] query = TestClient.Query("www.example.com.", RecordType.A);
        byte[] response = new byte[512];
        Ask(200);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Ask(2000);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Ask(int count)
        {
            for (uint i = 0; i < count; i++)
            {
                answerer.Answer(query, new ClientInfo(ClientAddress.FromIPv4(Network((int)(i % 1500)) + 1), 53, Transport.Udp, 0), response);
            }
        }
    }

    private static string Words(DataPlane dataPlane, string client)
    {
        ClientInfo asker = new(ClientAddress.FromIPAddress(IPAddress.Parse(client)), 4711, Transport.Udp, 1_700_000_000);
        DecisionReport report = Assert.IsType<DecisionReport>(DecisionExplainer.Explain(
            dataPlane, new AnswerLimits(), TestClient.Query("www.example.com.", RecordType.A), asker, new byte[512]));
        return string.Join('\n', Flatten(report.Steps).Select(step => step.Reason));
    }

    private static IEnumerable<DecisionStep> Flatten(IEnumerable<DecisionStep> steps) =>
        steps.SelectMany(step => Flatten(step.Children).Prepend(step));

    private static void AssertOnlyMoved(string[] before, TestClient client, string gone)
    {
        for (int i = 0; i < before.Length; i++)
        {
            string now = AddressFor(client, i, 1);
            Assert.NotEqual(gone, now);
            Assert.True(before[i] == gone || before[i] == now, $"network {i} was moved from {before[i]} to {now}");
        }
    }

    private static AssignedNodeReport Assign(DataPlane dataPlane, double[] volumes)
    {
        AssignmentPlan plan = AssignmentPlanner.Plan(
            dataPlane, volumes.Select((volume, i) => new ObservedDemand(ClientAddress.FromIPv4(Network(i) + 5), "p", volume)));
        dataPlane.UpdateAssignments(plan.Assignments);
        return Assert.Single(plan.Nodes);
    }

    private static double[] Zipf(int count) => [.. Enumerable.Range(1, count).Select(rank => 1.0 / rank)];

    private static uint Network(int number) => 0x0A00_0000 + ((uint)number << 8);

    private static string AddressFor(TestClient client, int network, ushort id) => Assert.Single(client.Ask(
        TestClient.Query("www.example.com.", RecordType.A, id: id), ClientAddress.FromIPv4(Network(network) + 77).ToString()).Addresses);

    private static DataPlane Serve(params int[] weights) => Model(weights).Serve();

    private static ModelBuilder Model(params int[] weights)
    {
        ModelBuilder model = new();
        ImmutableArray<WeightedChild>.Builder children = ImmutableArray.CreateBuilder<WeightedChild>();
        for (int i = 0; i < weights.Length; i++)
        {
            string name = ((char)('a' + i)).ToString();
            model.Pool(name, $"192.0.2.{i + 1}");
            children.Add(new WeightedChild(new PoolNode(name), weights[i]));
        }
        return model.Policy("p", new WeightedNode(children.ToImmutable(), Sticky: false) { Assign = WeightedAssign.ByResolver })
            .Zone(Zone, ModelBuilder.Steered("www", Zone, RecordType.A, "p"));
    }

    private sealed class ListJournal : IChangeJournal
    {
        public List<DataPlaneChange> Changes { get; } = [];

        public void Record(DataPlaneChange change) => Changes.Add(change);
    }
}

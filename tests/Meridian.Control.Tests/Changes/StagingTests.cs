using System.Collections.Immutable;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes;
using Meridian.Control.Changes.Staging;
using Meridian.Control.Observing;
using Meridian.Control.Tests.Configuration;
using Meridian.Engine.Answering;
using Meridian.Engine.Health;
using Meridian.Engine.Snapshot;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.Control.Tests.Changes;

/// <summary>Staged changes in virtual time: clients are asked for through the one seam.</summary>
[Collection("changes")]
public sealed class StagingTests
{
    private const string Yaml =
        """
        monitors:
          web: {type: http}
        pools:
          old: {members: [{address: 192.0.2.1}]}
          new: {monitor: web, members: [{address: 192.0.2.2}]}
        policies:
          www: {pool: old}
        zones:
          example.com:
            soa: {primary: ns1, contact: hostmaster@example.com}
            records:
              "@": {NS: [ns1]}
              ns1: {A: 192.0.2.53}
              www: {A: {steer: www}}

        """;

    /// <summary>The same, without waiting for verdicts that never come here.</summary>
    private const string Quick = "warm-up: 0s\n" + Yaml;

    /// <summary>A change to a pool that there is not yet.</summary>
    private static readonly ImmutableArray<DocumentChange> Fresh =
    [
        DocumentChange.Put(new DocumentKey("pool", "fresh"), DocumentBody.FromText("""{"monitor": "web", "members": [{"address": "192.0.2.7"}]}""")),
        DocumentChange.Put(new DocumentKey("policy", "www"), DocumentBody.FromText("""{"pool": "fresh"}""")),
    ];

    private static readonly StagePlan Plan = new([1, 5, 25, 100], TimeSpan.FromMinutes(10), ["web"]);

    [Fact]
    public async Task Stage_TimePasses_ShareGrowsAndNoClientGoesBack()
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Yaml);
        await harness.ServedAsync(1);
        Stager stager = new(harness);
        Assert.IsType<ChangeOutcome.Accepted>(await stager.StageAsync(Plan));
        HashSet<int> before = [];
        foreach ((double percent, int minutes) in new[] { (1.0, 0), (5, 10), (25, 20) })
        {
            await stager.AtAsync(TimeSpan.FromMinutes(minutes));
            HashSet<int> taken = stager.ClientsOfTheCandidate();
            Assert.InRange(taken.Count, (percent * 0.75 * Stager.Clients / 100) - 1, (percent * 1.25 * Stager.Clients / 100) + 1);
            Assert.Superset(before, taken);
            Assert.Equal(percent / 100, stager.Service.Current!.Share, 5);
            before = taken;
        }
        await stager.AtAsync(TimeSpan.FromMinutes(30));
        Assert.Equal(Stager.Clients, stager.ClientsOfTheCandidate().Count);
        Assert.Null(stager.Service.Current);
        Revision promoted = harness.Log.Head!;
        Assert.Equal(("ann", "the new pool (promoted by meridian)"), (promoted.Author, promoted.Message));
    }

    [Fact]
    public async Task Stage_GuardGoesDown_EverybodyIsAnsweredAsBefore()
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Yaml);
        await harness.ServedAsync(1);
        Stager stager = new(harness);
        Assert.IsType<ChangeOutcome.Accepted>(await stager.StageAsync(Plan));
        await stager.AtAsync(TimeSpan.FromMinutes(25));
        Assert.NotEmpty(stager.ClientsOfTheCandidate());
        stager.Down.Add(new MemberKey("new", "192.0.2.2"));
        await stager.AtAsync(TimeSpan.FromMinutes(26));
        Assert.Empty(stager.ClientsOfTheCandidate());
        Assert.Null(stager.Service.Current);
        Revision end = harness.Log.Head!;
        Assert.Equal("taken back: a monitor that guards it says that new/192.0.2.2 is down", end.Reason);
        await stager.AtAsync(TimeSpan.FromMinutes(60));
        Assert.Empty(stager.ClientsOfTheCandidate());
        Assert.Equal(end, harness.Log.Head);
    }

    [Fact]
    public async Task Stage_DrillHasThePlace_WaitsForItAndEndsNothingOfIt()
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Yaml);
        await harness.ServedAsync(1);
        Stager stager = new(harness);
        DataPlane plane = harness.DataPlane;
        DataPlane drill = plane.CreateCandidate();
        drill.Publish(plane.Snapshot!, stager);
        Assert.True(plane.Stage(drill, ClientStage.Create(0.5, []), expected: null));
        Assert.IsType<ChangeOutcome.Accepted>(await stager.StageAsync(Plan));
        await stager.AtAsync(TimeSpan.Zero);
        Assert.Same(drill, plane.Staged);
        Assert.Equal(0, stager.Service.Current!.Share);
        Assert.IsType<ChangeOutcome.Accepted>(await stager.Service.AbortAsync("bob", "enough", TestContext.Current.CancellationToken));
        await stager.AtAsync(TimeSpan.FromSeconds(1));
        Assert.Same(drill, plane.Staged);

        // The drill ends when it sees the stage; a place that was lost is taken again.
        Assert.IsType<ChangeOutcome.Accepted>(await stager.StageAsync(Plan));
        await stager.AtAsync(TimeSpan.FromSeconds(2));
        Assert.Empty(stager.ClientsOfTheCandidate());
        Assert.True(plane.EndStage(drill));
        Assert.False(plane.EndStage(drill));
        await stager.AtAsync(TimeSpan.FromSeconds(3));
        HashSet<int> taken = stager.ClientsOfTheCandidate();
        Assert.NotEmpty(taken);
        Assert.True(plane.EndStage(plane.Staged!));
        await stager.AtAsync(TimeSpan.FromSeconds(4));
        Assert.Equal(taken, stager.ClientsOfTheCandidate());
    }

    [Fact]
    public async Task Stage_OtherChangeMeanwhile_IsOnBothSides()
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Yaml);
        await harness.ServedAsync(1);
        Stager stager = new(harness);
        Assert.IsType<ChangeOutcome.Accepted>(await stager.StageAsync(Plan));
        await stager.AtAsync(TimeSpan.FromMinutes(20));
        HashSet<int> taken = stager.ClientsOfTheCandidate();
        ChangeOutcome.Accepted other = Assert.IsType<ChangeOutcome.Accepted>(await harness.PutAsync("records", "example.com/x", """{"A": "192.0.2.9"}"""));
        await harness.ServedAsync(other.Revision.Number);
        await stager.AtAsync(TimeSpan.FromMinutes(21));
        Assert.Equal(taken, stager.ClientsOfTheCandidate());
        Assert.All(Enumerable.Range(0, 200), client => Assert.Equal("192.0.2.9", stager.Ask("x.example.com", client)));
        Assert.IsType<ChangeOutcome.Conflict>(await stager.StageAsync(Plan));
        Assert.IsType<ChangeOutcome.Accepted>(await stager.Service.AbortAsync("bob", "enough", TestContext.Current.CancellationToken));
        await stager.AtAsync(TimeSpan.FromMinutes(22));
        Assert.Empty(stager.ClientsOfTheCandidate());
        Assert.Null(await stager.Service.AbortAsync("bob", "enough", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Stage_RevisionWithOtherMembersMeanwhile_BothAreChecked()
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Quick);
        Stager stager = new(harness);
        (MemberKey fresh, MemberKey other) = (new MemberKey("fresh", "192.0.2.7"), new MemberKey("other", "192.0.2.8"));
        Assert.IsType<ChangeOutcome.Accepted>(await stager.StageAsync(Plan, Fresh));
        await stager.AtAsync(TimeSpan.Zero);
        Assert.True(harness.IsChecked(fresh));
        ChangeOutcome.Accepted revision = Assert.IsType<ChangeOutcome.Accepted>(
            await harness.PutAsync("pool", "other", """{"monitor": "web", "members": [{"address": "192.0.2.8"}]}"""));
        await harness.ServedAsync(revision.Revision.Number);

        // The stage has not been looked at since, and nothing has to be published for it.
        Assert.Equal((true, true), (harness.IsChecked(fresh), harness.IsChecked(other)));
        await stager.AtAsync(TimeSpan.FromSeconds(1));
        Assert.Equal((true, true), (harness.IsChecked(fresh), harness.IsChecked(other)));
        Assert.IsType<ChangeOutcome.Accepted>(await stager.Service.AbortAsync("bob", "enough", TestContext.Current.CancellationToken));
        await stager.AtAsync(TimeSpan.FromSeconds(2));
        Assert.Equal((false, true), (harness.IsChecked(fresh), harness.IsChecked(other)));
    }

    [Fact]
    public async Task Stage_Promoted_IsCheckedAndAnsweredThroughout()
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Quick);
        Stager stager = new(harness);
        MemberKey fresh = new("fresh", "192.0.2.7");
        Assert.IsType<ChangeOutcome.Accepted>(await stager.StageAsync(Plan, Fresh));
        await stager.AtAsync(TimeSpan.Zero);
        Assert.IsType<ChangeOutcome.Accepted>(await stager.Service.PromoteAsync("bob", TestContext.Current.CancellationToken));
        await stager.AtAsync(TimeSpan.FromSeconds(1));

        Assert.Null(stager.Service.Current);
        Assert.True(harness.IsChecked(fresh));
        Assert.All(Enumerable.Range(0, 50), client => Assert.Equal("192.0.2.7", stager.Ask("www.example.com", client)));
    }

    [Fact]
    public async Task Stage_WentDownBeforeARestart_IsTakenBackAfterIt()
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Quick);
        Stager first = new(harness);
        Assert.IsType<ChangeOutcome.Accepted>(await first.StageAsync(Plan));
        await first.AtAsync(TimeSpan.Zero);
        Stager second = new(harness);
        second.Down.Add(new MemberKey("new", "192.0.2.2"));
        await second.AtAsync(TimeSpan.FromMinutes(1));

        Assert.Null(second.Service.Current);
        Assert.Equal("taken back: a monitor that guards it says that new/192.0.2.2 is down", harness.Log.Head!.Reason);
    }

    [Fact]
    public async Task Stage_WasDownBeforeItBegan_IsNotTakenBackForItAfterARestartEither()
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Quick);
        MemberKey down = new("new", "192.0.2.2");
        Stager first = new(harness);
        first.Down.Add(down);
        Assert.IsType<ChangeOutcome.Accepted>(await first.StageAsync(Plan));
        await first.AtAsync(TimeSpan.Zero);
        Stager second = new(harness);
        second.Down.Add(down);
        await second.AtAsync(TimeSpan.FromMinutes(1));

        Assert.NotNull(second.Service.Current);
    }

    [Fact]
    public async Task Stage_SomebodyChangesWhatItReliesOn_IsTakenBackWithTheReason()
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Quick);
        Stager stager = new(harness);
        DocumentKey relied = new("pool", "old");
        Assert.IsType<ChangeOutcome.Conflict>(await stager.StageAsync(Plan, Fresh, new Precondition(relied, 7)));
        Assert.IsType<ChangeOutcome.Accepted>(await stager.StageAsync(Plan, Fresh, new Precondition(relied, 1)));
        await stager.AtAsync(TimeSpan.Zero);
        Assert.NotNull(stager.Service.Current);
        ProposedChange meanwhile = new()
        {
            Changes = [DocumentChange.Put(relied, DocumentBody.FromText("""{"members": [{"address": "192.0.2.9"}]}"""))],
            Author = "bob",
            Origin = ChangeOrigin.Cli,
            Message = "another address",
            Reason = "it moved",
        };
        Assert.IsType<ChangeOutcome.Accepted>(await harness.Service.ApplyAsync(meanwhile, TestContext.Current.CancellationToken));
        Assert.Equal(
            new ChangeOutcome.Conflict(relied, 1, harness.Log.Head!.Number),
            await stager.Service.PromoteAsync("bob", TestContext.Current.CancellationToken));
        await stager.AtAsync(TimeSpan.FromSeconds(1));

        Assert.Null(stager.Service.Current);
        Assert.Equal("taken back: somebody else changed pool old meanwhile, which it relies on", harness.Log.Head!.Reason);
        Assert.Empty(stager.ClientsOfTheCandidate());
    }

    [Fact]
    public async Task Stage_CannotBePromotedAtItsEnd_IsTakenBackWithTheReason()
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Quick);
        Stager stager = new(harness);
        ImmutableArray<DocumentChange> records = [DocumentChange.Put(new DocumentKey("records", "example.com/www"), DocumentBody.FromText("""{"A": "192.0.2.2"}"""))];
        Assert.IsType<ChangeOutcome.Accepted>(await stager.StageAsync(Plan, records, origin: ChangeOrigin.Api));
        await stager.AtAsync(TimeSpan.FromMinutes(25));
        Assert.NotEmpty(stager.ClientsOfTheCandidate());
        Assert.IsType<ChangeOutcome.Accepted>(await harness.PutAsync(
            "zone", "example.com", """{"soa": {"primary": "ns1", "contact": "hostmaster@example.com"}, "owners": {"*": "files"}}""", ChangeOrigin.Cli));
        await stager.AtAsync(TimeSpan.FromMinutes(31));

        Assert.Null(stager.Service.Current);
        Assert.Equal("taken back at its end: records example.com/www belongs to files", harness.Log.Head!.Reason);
        Assert.Empty(stager.ClientsOfTheCandidate());
        Revision end = harness.Log.Head;
        await stager.AtAsync(TimeSpan.FromMinutes(32));
        Assert.Equal(end, harness.Log.Head);
    }

    [Theory]
    [InlineData("5,5", 600)]
    [InlineData("", 600)]
    [InlineData("0,100", 600)]
    [InlineData("1,101", 600)]
    [InlineData("1,100", 0)]
    public async Task Stage_StepsThatAreNone_AreRefused(string steps, int seconds)
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Yaml);
        ImmutableArray<double> read = [.. steps.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(double.Parse)];
        Assert.IsType<ChangeOutcome.Invalid>(await new Stager(harness).StageAsync(new StagePlan(read, TimeSpan.FromSeconds(seconds), [])));
    }

    [Fact]
    public void Create_OneLargeNetwork_TakesItLastAndItsShareOfNewcomers()
    {
        long[] volumes = new long[ClientStage.BucketCount];
        volumes[7] = 1_000_000;
        volumes[9] = 10_000;
        ClientStage half = ClientStage.Create(0.4, volumes);
        // What was not observed may turn out to ask more than it seemed: of that, it takes two fifths, and not all.
        int taken = Enumerable.Range(0, 65536).Count(client => half.Takes(ClientAddress.FromIPv4((uint)client << 8)));
        Assert.InRange(taken, 65536 * 0.38, 65536 * 0.42);
        Assert.Equal(0.0099, half.Observed!.Value, 4); // Something was observed.
        Assert.Contains("the next network alone asks 99 %", half.Shortfall, StringComparison.Ordinal);
        Assert.False(ClientStage.Create(0, volumes).Takes(ClientAddress.FromIPv4(1)));
        Assert.True(ClientStage.Create(1, []).Takes(ClientAddress.FromIPv4(1)));
    }

    [Fact]
    public async Task Stage_ObservedBeforeARestart_WhoIsInStaysInAndTheLargestStaysOut()
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Yaml);
        await harness.ServedAsync(1);
        ClientVolumes volumes = new();
        Stager stager = new(harness, volumes);
        QueryAnswerer counting = new(harness.DataPlane, new AnswerLimits()) { Volume = volumes.Add() };
        byte[] response = new byte[1232];
        foreach (int i in Enumerable.Range(0, 1000))
        {
            // Six of ten queries from one network, the others from many. An id that is a multiple of 64 is counted.
            int client = i % 10 < 6 ? 77 : 1000 + i;
            byte[] query = new Meridian.Dns.Messages.QueryBuilder("www.example.com", Meridian.Dns.Records.RecordType.A) { Id = 64 }.Build();
            counting.Answer(query, new ClientInfo(ClientAddress.FromIPv4((uint)(0x0A000000 + (client << 8) + 1)), 5353, Transport.Udp, 0), response);
        }
        Assert.IsType<ChangeOutcome.Accepted>(await stager.StageAsync(new StagePlan([20, 50], TimeSpan.FromHours(1), [])));
        await stager.AtAsync(TimeSpan.Zero);
        HashSet<int> before = stager.ClientsOfTheCandidate();
        Assert.DoesNotContain(77, before);

        Stager restarted = new(harness);
        await restarted.AtAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(before, restarted.ClientsOfTheCandidate());
        await restarted.AtAsync(TimeSpan.FromHours(1));
        Assert.ProperSuperset(before, restarted.ClientsOfTheCandidate());
        Assert.DoesNotContain(77, restarted.ClientsOfTheCandidate());
        Assert.Contains("the next network alone asks 60 %", restarted.Service.Current!.Shortfall, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_LittleObserved_GoesByTheHash()
    {
        // A dozen sampled queries say nothing of the networks that were not among them.
        long[] volumes = new long[ClientStage.BucketCount];
        volumes.AsSpan(100, 12).Fill(1);

        ClientStage stage = ClientStage.Create(0.05, volumes);

        int taken = Enumerable.Range(0, 65536).Count(client => stage.Takes(ClientAddress.FromIPv4((uint)client << 8)));
        Assert.InRange(taken, 65536 * 0.04, 65536 * 0.06);
    }

    /// <summary>A staging service whose time and verdicts the test has in hand.</summary>
    private sealed class Stager : IVerdictSource
    {
        /// <summary>Networks that are asked for; each counts alike where nothing was observed.</summary>
        public const int Clients = 8192;

        private readonly ChangeHarness _harness;
        private readonly ManualTime _time = new(TestFiles.Now);
        private readonly DateTimeOffset _startedAt;
        private readonly QueryAnswerer _answerer;

        public Stager(ChangeHarness harness, ClientVolumes? volumes = null)
        {
            _harness = harness;
            // A server that starts answers from no stage yet.
            if (harness.DataPlane.Staged is { } left)
            {
                harness.DataPlane.EndStage(left);
            }
            _startedAt = _time.GetUtcNow();
            _answerer = new QueryAnswerer(harness.DataPlane, new AnswerLimits());
            StagingParts parts = new()
            {
                DataPlane = harness.DataPlane,
                Verdicts = this,
                Checks = harness.Checks,
                Volumes = new BucketVolumes(volumes ?? new ClientVolumes(), population: null),
                Time = _time,
            };
            Service = new StagingService(harness.Service, parts, NullLogger<StagingService>.Instance);
        }

        public StagingService Service { get; }

        public HashSet<MemberKey> Down { get; } = [];

        public MemberVerdict GetVerdict(MemberKey member) => Down.Contains(member) ? new MemberVerdict(HealthState.Down, 0) : MemberVerdict.Up;

        public Task<ChangeOutcome> StageAsync(StagePlan plan) => StageAsync(
            plan, [DocumentChange.Put(new DocumentKey("policy", "www"), DocumentBody.FromText("""{"pool": "new"}"""))]);

        public Task<ChangeOutcome> StageAsync(
            StagePlan plan, ImmutableArray<DocumentChange> changes, Precondition? relied = null, ChangeOrigin origin = ChangeOrigin.Cli) => Service.StageAsync(
            new ProposedChange
            {
                Changes = changes,
                Preconditions = relied is { } one ? [one] : [],
                Author = "ann",
                Origin = origin,
                Message = "the new pool",
            },
            plan,
            TestContext.Current.CancellationToken);

        public async Task AtAsync(TimeSpan sinceStart)
        {
            _time.Advance(_startedAt + sinceStart - _time.GetUtcNow());
            await Service.StepAsync(TestContext.Current.CancellationToken);
        }

        public HashSet<int> ClientsOfTheCandidate() => [.. Enumerable.Range(0, Clients).Where(client => Ask("www.example.com", client) == "192.0.2.2")];

        /// <summary>The last four octets of the answer: its address.</summary>
        public string Ask(string name, int client)
        {
            byte[] query = new byte[512];
            int length = Query(name, query);
            byte[] response = new byte[1232];
            ClientInfo info = new(ClientAddress.FromIPv4((uint)(0x0A000000 + (client << 8) + 1)), 5353, Transport.Udp, 0);
            AnswerResult result = _answerer.Answer(query.AsSpan(0, length), in info, response);
            // The answer section begins right after the question; A data are its last octets, before nothing (no OPT was sent).
            int answer = length + 12;
            return result.Length < answer + 4 ? "" : string.Join('.', response[answer..(answer + 4)]);
        }

        private static int Query(string name, Span<byte> query)
        {
            query[..12].Clear();
            query[1] = 7;
            query[5] = 1;
            int at = 12;
            foreach (string label in name.Split('.'))
            {
                query[at++] = (byte)label.Length;
                foreach (char c in label)
                {
                    query[at++] = (byte)c;
                }
            }
            query[at++] = 0;
            byte[] question = [0, 1, 0, 1];
            question.CopyTo(query[at..]);
            return at + 4;
        }
    }
}

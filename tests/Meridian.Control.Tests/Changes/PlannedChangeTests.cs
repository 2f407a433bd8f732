using Meridian.Control.ChangeLog;
using Meridian.Control.Changes;
using Meridian.Control.Changes.Planned;
using Meridian.Control.Tests.Configuration;
using Meridian.Dns.Messages;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Answering;
using Meridian.Engine.Health;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.Control.Tests.Changes;

/// <summary>Planned changes in virtual time: what a cache would get is asked for through the one seam.</summary>
[Collection("changes")]
public sealed class PlannedChangeTests
{
    private const string Yaml =
        """
        pools:
          old: {members: [{address: 192.0.2.1}]}
          new: {members: [{address: 192.0.2.2}]}
        policies:
          www: {pool: old, ttl: 300s}
        zones:
          example.com:
            soa: {primary: ns1, contact: hostmaster@example.com}
            records:
              "@": {NS: [ns1]}
              ns1: {A: 192.0.2.53}
              www: {A: {steer: www}}
              own: {A: {steer: www, ttl: 120s}, ttl: 600s}

        """;

    // Only where a guard is wanted: every publication waits for the first verdicts, which nobody gives here.
    private const string Monitored =
        """
        monitors:
          web: {type: http}

        """;

    private const string TwoZones =
        """
        views: {in: {networks: [10.0.0.0/8, 127.0.0.0/8]}}
        pools:
          old: {members: [{address: 192.0.2.1}]}
          new: {members: [{address: 192.0.2.2}]}
        policies:
          www: {pool: old, ttl: 300s}
        zones:
          example.com:
            soa: {primary: ns1, contact: hostmaster@example.com}
            records:
              "@": {NS: [ns1]}
              ns1: {A: 192.0.2.53}
              www: {A: {steer: www}, TXT: {data: "outside", ttl: 300s}}
          example.com@in:
            soa: {primary: ns1, contact: hostmaster@example.com}
            views: [in]
            records:
              "@": {NS: [ns1]}
              ns1: {A: 10.0.0.53}
              www: {A: 192.0.2.1, ttl: 100s}

        """;

    private const uint Outside = 0xC633_6401;
    private const string Before = "192.0.2.1";
    private const string After = "192.0.2.2";

    [Fact]
    public async Task Plan_TimePasses_TtlIsLowOneOldTtlAheadAndRestored()
    {
        await using Bench bench = await Bench.StartAsync();
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
        await using Bench bench = await Bench.StartAsync();
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
        await using Bench bench = await Bench.StartAsync();
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
        await using Bench bench = await Bench.StartAsync();
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
        await using Bench bench = await Bench.StartAsync();
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
        await using Bench bench = await Bench.StartAsync();
        bench.MeasuredTail = TimeSpan.FromSeconds(45);
        PlannedChange planned = await bench.PlanAsync(TimeSpan.FromMinutes(60));
        Assert.Equal(bench.Start + TimeSpan.FromSeconds(3_600 - 345), planned.LowerAt);
    }

    [Fact]
    public async Task Cancel_TtlIsLow_IsRestoredAndNothingElseHappens()
    {
        await using Bench bench = await Bench.StartAsync();
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
        await using Bench bench = await Bench.StartAsync(Monitored + Yaml.Replace("  new: {members", "  watched: {monitor: web, members", StringComparison.Ordinal));
        await bench.PlanAsync(TimeSpan.FromMinutes(60), wanted => wanted with
        {
            Guard = ["web"],
            Change = wanted.Change with { Changes = [Bench.Put("policy", "www", """{"pool": "watched", "ttl": "300s"}""")] },
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
        await using Bench bench = await Bench.StartAsync();
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
        await using Bench bench = await Bench.StartAsync();
        Assert.IsType<ChangeOutcome.Invalid>((await bench.TryPlanAsync(
            TimeSpan.FromHours(2), wanted => wanted with { Change = wanted.Change with { Changes = [Bench.Put("policy", "www", """{"pool": "nowhere"}""")] } })).Outcome);
        Assert.IsType<ChangeOutcome.Invalid>((await bench.TryPlanAsync(TimeSpan.FromHours(2), wanted => wanted with { Name = DomainName.Parse("none.example.com.") })).Outcome);
        await bench.PlanAsync(TimeSpan.FromHours(2));
        ChangeOutcome.Invalid second = Assert.IsType<ChangeOutcome.Invalid>((await bench.TryPlanAsync(TimeSpan.FromHours(3))).Outcome);
        Assert.Contains("has a planned change already", second.Errors[0].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "example.com@in/www")]
    [InlineData("in", "")]
    public async Task Plan_NameOfTwoZones_IsAboutTheOneThatItChanges(string? label, string changed)
    {
        await using Bench bench = await Bench.StartAsync(TwoZones);
        // The public records have a TTL of 300 s all the time; this host is in the view; and only the public name has a text.
        PlannedChange planned = await bench.PlanAsync(TimeSpan.FromMinutes(60), wanted => wanted with
        {
            ZoneLabel = label,
            Change = wanted.Change with
            {
                Changes = changed.Length > 0
                    ? [Bench.Put(DocumentKinds.Records, changed, """{"A": "192.0.2.2", "ttl": "100s"}""")]
                    : [Bench.Put("policy", "www", """{"pool": "new", "ttl": "300s"}""")],
            },
        });
        Assert.Equal((100u, bench.Start + TimeSpan.FromSeconds(3_500)), (planned.OldTtlSeconds, planned.LowerAt));
        await bench.AtAsync(TimeSpan.FromSeconds(3_500));
        Assert.Equal((Before, 30u), bench.Ask());
        Assert.Equal((Before, 300u), bench.Ask(from: Outside));
        await bench.AtAsync(TimeSpan.FromSeconds(3_600));
        await bench.AtAsync(TimeSpan.FromSeconds(3_660));
        PlannedChange ended = await bench.OnlyAsync();
        Assert.Equal((PlannedStep.Done, "the change held"), (ended.Step, ended.Note));
        Assert.Equal((changed.Length > 0 ? After : Before, 100u), bench.Ask());
    }

    [Fact]
    public async Task Plan_NameOfTwoZonesAndThePublicOneIsMeant_AsksAsSomebodyOutside()
    {
        await using Bench bench = await Bench.StartAsync(TwoZones);
        PlannedChange planned = await bench.PlanAsync(TimeSpan.FromMinutes(60));
        Assert.Equal(300u, planned.OldTtlSeconds);
        // The same name in the other zone has a plan of its own.
        await bench.PlanAsync(TimeSpan.FromMinutes(90), wanted => wanted with
        {
            Change = wanted.Change with { Changes = [Bench.Put(DocumentKinds.Records, "example.com@in/www", """{"A": "192.0.2.2", "ttl": "100s"}""")] },
        });
        foreach (int second in new[] { 3_300, 3_600, 3_660 })
        {
            await bench.AtAsync(TimeSpan.FromSeconds(second));
        }
        // The text is asked for where it is: the private zone, which this host sees, has none.
        PlannedChange ended = (await bench.Service.ListAsync(TestContext.Current.CancellationToken)).Single(one => one.Id == planned.Id);
        Assert.Equal((PlannedStep.Done, "the change held"), (ended.Step, ended.Note));
        Assert.Equal((After, 300u), bench.Ask(from: Outside));
    }

    [Fact]
    public async Task Plan_NameOfTwoZonesAndBothChange_IsRefused()
    {
        await using Bench bench = await Bench.StartAsync(TwoZones);
        ChangeOutcome.Invalid refused = Assert.IsType<ChangeOutcome.Invalid>((await bench.TryPlanAsync(TimeSpan.FromMinutes(60), wanted => wanted with
        {
            Change = wanted.Change with
            {
                Changes =
                [
                    Bench.Put(DocumentKinds.Records, "example.com@in/www", """{"A": "192.0.2.2", "ttl": "100s"}"""),
                    Bench.Put(DocumentKinds.Records, "example.com/www", """{"A": "192.0.2.2"}"""),
                ],
            },
        })).Outcome);
        Assert.Contains("in the zones example.com. and example.com.@in", refused.Errors[0].Message, StringComparison.Ordinal);
        refused = Assert.IsType<ChangeOutcome.Invalid>((await bench.TryPlanAsync(TimeSpan.FromMinutes(60), wanted => wanted with { ZoneLabel = "out" })).Outcome);
        Assert.Contains("in no zone with the label 'out'", refused.Errors[0].Message, StringComparison.Ordinal);
    }

    /// <summary>A server's worth of it, whose time and verdicts the test has in hand.</summary>
    private sealed class Bench : IVerdictSource, IAsyncDisposable
    {
        private readonly ManualTime _time = new(TestFiles.Now);

        private Bench(ChangeHarness harness)
        {
            Harness = harness;
            Start = _time.GetUtcNow();
            Service = Create();
        }

        public ChangeHarness Harness { get; }

        public DateTimeOffset Start { get; }

        public PlannedChangeService Service { get; private set; }

        public HashSet<MemberKey> Down { get; } = [];

        public TimeSpan? MeasuredTail { get; set; }

        public static async Task<Bench> StartAsync(string yaml = Yaml)
        {
            ChangeHarness harness = await ChangeHarness.StartAsync(yaml);
            await harness.ServedAsync(1);
            return new Bench(harness);
        }

        public static DocumentChange Put(string kind, string name, string body) =>
            DocumentChange.Put(new DocumentKey(kind, name), DocumentBody.FromText(body));

        public MemberVerdict GetVerdict(MemberKey member) => Down.Contains(member) ? new MemberVerdict(HealthState.Down, 0) : MemberVerdict.Up;

        public Task<(PlannedChange? Planned, ChangeOutcome Outcome)> TryPlanAsync(TimeSpan after, Func<NewPlannedChange, NewPlannedChange>? with = null)
        {
            NewPlannedChange wanted = new()
            {
                Name = DomainName.Parse("www.example.com."),
                At = Start + after,
                Change = new ProposedChange
                {
                    Changes = [Put("policy", "www", """{"pool": "new", "ttl": "300s"}""")],
                    Author = "ann",
                    Origin = ChangeOrigin.Cli,
                    Message = "the new pool",
                    // Everybody gets another answer: the guard wants to be told why.
                    Reason = "the new pool is ready",
                },
            };
            return Service.PlanAsync(with?.Invoke(wanted) ?? wanted, TestContext.Current.CancellationToken);
        }

        public async Task<PlannedChange> PlanAsync(TimeSpan after, Func<NewPlannedChange, NewPlannedChange>? with = null)
        {
            (PlannedChange? planned, ChangeOutcome outcome) = await TryPlanAsync(after, with);
            Assert.IsType<ChangeOutcome.Accepted>(outcome);
            return planned!; // Accepted.
        }

        public async Task<PlannedChange> OnlyAsync() => Assert.Single(await Service.ListAsync(TestContext.Current.CancellationToken));

        public async Task AtAsync(TimeSpan sinceStart)
        {
            _time.Advance(Start + sinceStart - _time.GetUtcNow());
            await Service.StepAllAsync(TestContext.Current.CancellationToken);
            await Harness.ServedAsync(Harness.Log.Head!.Number);
        }

        /// <summary>The process ends, and another one begins with the same log.</summary>
        public async Task RestartAsync()
        {
            await Harness.RestartAsync();
            await Harness.ServedAsync(Harness.Log.Head!.Number);
            Service = Create();
        }

        public async Task<string> BodyAsync(string kind, string name)
        {
            using DocumentState state = await Harness.Log.StateAsync(TestContext.Current.CancellationToken);
            return state.Read().Single(document => document.Key == new DocumentKey(kind, name)).Body.ToString();
        }

        /// <summary>The address and the TTL that a cache gets now.</summary>
        public (string Address, uint Ttl) Ask(string owner = "www", uint from = 0x0A00_0001)
        {
            byte[] response = new byte[1232];
            byte[] query = new QueryBuilder($"{owner}.example.com.", RecordType.A).Build();
            ClientInfo client = new(ClientAddress.FromIPv4(from), 5353, Transport.Udp, 0);
            AnswerResult result = new QueryAnswerer(Harness.DataPlane, new AnswerLimits()).Answer(query, in client, response);
            Assert.Equal(MessageParseStatus.Ok, Message.TryParse(response.AsSpan(0, result.Length), out Message? message));
            MessageRecord record = Assert.Single(message!.Answer);
            return (new System.Net.IPAddress(record.Rdata.Span).ToString(), record.TtlSeconds);
        }

        public ValueTask DisposeAsync() => Harness.DisposeAsync();

        private PlannedChangeService Create() => new(
            Harness.Service,
            new PlannedParts { DataPlane = Harness.DataPlane, Verdicts = this, MeasuredTail = _ => MeasuredTail, Time = _time },
            NullLogger<PlannedChangeService>.Instance);
    }
}

using System.Text.Json;
using Meridian.Control.Drilling;
using Meridian.Control.Observing;
using Meridian.Engine.Answering;
using Meridian.Engine.Health;
using Meridian.Engine.Snapshot;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.Control.Tests.Observing;

/// <summary>Failures that are played for a share of the clients.</summary>
public sealed class DrillTests
{
    private const string Eu = "192.0.2.1";
    private const string Us = "198.51.100.1";
    private const string Resident = "192.0.2.7";
    private const int Clients = 2048;

    internal const string Yaml =
        """
        guard: {clients: 100%, queries: 100%}
        sites: {eu: {}, us: {}}
        monitors:
          web: {type: tcp, port: 80}
        pools:
          eu: {site: eu, monitor: web, members: [{address: 192.0.2.1}]}
          us: {site: us, monitor: web, members: [{address: 198.51.100.1}]}
          resident: {site: eu, monitor: web, members: [{address: 192.0.2.7}]}
        policies:
          www: {ttl: 30s, failover: [eu, us]}
          home: {ttl: 30s, strict: true, geo: {EU: resident, default: us}}
          only: {ttl: 30s, when-all-down: nodata, pool: us}
        zones:
          example.com:
            soa: {primary: ns1.example.com., contact: hostmaster@example.com}
            records:
              "@": {NS: [ns1]}
              ns1: {A: 192.0.2.53}
              www: {A: {steer: www}}
              home: {A: {steer: home}}
              only: {A: {steer: only}}

        """;

    [Fact]
    public async Task Begin_ShareOfClients_OnlyTheyMoveAndComeBackByThemselves()
    {
        using Game game = await Game.StartAsync();
        Assert.Equal(0, game.Moved());
        Assert.Null(game.Drills.Begin(Plan(0.25)));
        Assert.InRange(game.Moved(), Clients * 0.2, Clients * 0.3);
        Assert.Equal(["eu/192.0.2.1"], game.Drills.Report!.Members);
        Assert.Contains("the policy home is strict", Assert.Single(game.Drills.Report.Spared), StringComparison.Ordinal);

        // What the checks say of the site does not end the play; what they say of others counts for its clients too.
        game.Server.Harness.DataPlane.UpdateVerdicts([new VerdictChange(new MemberKey("eu", Eu), MemberVerdict.Up)]);
        Assert.InRange(game.Moved(), Clients * 0.2, Clients * 0.3);
        game.Server.Time.Advance(TimeSpan.FromMinutes(9));
        game.Drills.Step();
        Assert.Null(game.Drills.Report.EndedAt);
        game.Server.Time.Advance(TimeSpan.FromMinutes(1));
        game.Drills.Step();
        Assert.Equal("its time was over", game.Drills.Report.Reason);
        Assert.Equal(0, game.Moved());
    }

    [Fact]
    public async Task Begin_EverybodyOfTheSite_NoClientOfAStrictPlaceLeavesIt()
    {
        using Game game = await Game.StartAsync();
        // Networks of Europe, most of them, and some of elsewhere.
        string?[] before = [.. Enumerable.Range(0, 200).Select(Home)];
        Assert.InRange(before.Count(address => address == Resident), 100, 199);
        Assert.Null(game.Drills.Begin(Plan(1)));
        Assert.Equal(Clients, game.Moved());
        Assert.Equal(before, Enumerable.Range(0, 200).Select(Home));

        string? Home(int i) => game.Server.Ask("home.example.com.", 0x0A00_0001, (uint)(0x0210_0000 + (i << 8)));
    }

    [Fact]
    public async Task Step_GuardGoesDown_EndsAtOnce()
    {
        using Game game = await Game.StartAsync();
        Assert.Null(game.Drills.Begin(Plan(0.5)));
        game.Down.Add(new MemberKey("us", Us));
        game.Drills.Step();
        Assert.Equal("a monitor that guards it says that us/198.51.100.1 is down", game.Drills.Report!.Reason);
        Assert.Contains("us/198.51.100.1 went down", Assert.Single(game.Drills.Report.Events), StringComparison.Ordinal);
        Assert.Equal(0, game.Moved());
        JsonDocument.Parse(DrillOutput.ToJson(game.Drills.Report)).Dispose();
        Assert.Contains("what broke", DrillOutput.ToText(game.Drills.Report), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Step_ConfigurationChanges_GoesOnWithTheNewOne()
    {
        using Game game = await Game.StartAsync();
        Assert.Null(game.Drills.Begin(Plan(0.25)));
        int before = game.Moved();
        game.Server.Harness.Write(Yaml.Replace("home: {A", "more: {A: 192.0.2.99}\n      home: {A", StringComparison.Ordinal));
        await game.Server.Harness.ReloadAsync();
        game.Drills.Step();
        Assert.Equal(before, game.Moved());
        Assert.Equal("192.0.2.99", game.Server.Ask("more.example.com.", 0x0A00_0001));
        Assert.True(game.Drills.Stop("ann"));
        Assert.False(game.Drills.Stop("ann"));
        Assert.Equal("stopped by ann", game.Drills.Report!.Reason);
        Assert.Equal(0, game.Moved());
    }

    [Fact]
    public async Task Begin_WhatWouldHurt_IsRefused()
    {
        using Game game = await Game.StartAsync();
        Assert.Equal("there is no site 'mars'", game.Drills.Begin(Plan(0.1) with { Site = "mars" }));
        Assert.Equal("there is no monitor 'wob'", game.Drills.Begin(Plan(0.1) with { StopIf = ["wob"] }));
        Assert.Contains("share", game.Drills.Begin(Plan(0)), StringComparison.Ordinal);
        game.Staged = true;
        Assert.Contains("staged", game.Drills.Begin(Plan(0.1)), StringComparison.Ordinal);
        game.Staged = false;
        for (uint i = 0; i < 20; i++)
        {
            game.Server.Ask("only.example.com.", 0x0A00_0001 + i);
        }
        game.Server.Observer.Fetch();
        // The pool us is in a strict policy; without that it could be played, and those clients would get nothing.
        game.Server.Harness.Write(Yaml.Replace("strict: true, ", "", StringComparison.Ordinal));
        await game.Server.Harness.ReloadAsync();
        game.AllUp();
        Assert.Contains("would get no answer at all", game.Drills.Begin(Plan(0.1) with { Site = "us", StopIf = [] }), StringComparison.Ordinal);
        Assert.Null(game.Drills.Report);
    }

    [Fact]
    public async Task Begin_Scheduled_WaitsForItsTime()
    {
        using Game game = await Game.StartAsync();
        Assert.Null(game.Drills.Begin(Plan(0.5) with { At = game.Server.Time.GetUtcNow().AddHours(2) }));
        game.Drills.Step();
        Assert.Equal(0, game.Moved());
        Assert.Contains("begins", DrillOutput.ToText(game.Drills.Report!), StringComparison.Ordinal);
        game.Server.Observer.Fetch();
        game.Server.Time.Advance(TimeSpan.FromHours(2));
        game.Observe();
        game.Drills.Step();
        Assert.InRange(game.Moved(), Clients * 0.4, Clients * 0.6);
    }

    [Fact]
    public async Task Begin_GuardThatNobodyRuns_IsRefused()
    {
        using Game game = await Game.StartAsync();
        game.Server.Harness.Write(Yaml.Replace("  web: {type: tcp, port: 80}\n", "  web: {type: tcp, port: 80}\n  idle: {type: tcp, port: 81}\n", StringComparison.Ordinal));
        await game.Server.Harness.ReloadAsync();
        game.AllUp();
        Assert.Contains("would never end the drill", game.Drills.Begin(Plan(0.1) with { StopIf = ["idle"] }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Walk_WhileOneRuns_StepsAreInTheReport()
    {
        using Game game = await Game.StartAsync();
        Assert.False(game.Drills.Walk("step 1"));
        Assert.Null(game.Drills.Begin(Plan(0.1)));
        Assert.True(game.Drills.Walk("step 1: done (ann)"));
        Assert.Contains("walked through", DrillOutput.ToText(game.Drills.Report!), StringComparison.Ordinal);
        game.Drills.Stop("ann");
        Assert.False(game.Drills.Walk("step 2"));
        Assert.EndsWith("step 1: done (ann)", Assert.Single(game.Drills.Report!.Steps), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restore_OneThatWaits_BeginsAtItsTimeUnlessThatIsLongOver()
    {
        using Game game = await Game.StartAsync();
        DateTimeOffset now = game.Server.Time.GetUtcNow();
        DrillReport waiting = new() { Plan = Plan(0.5) with { At = now.AddMinutes(10) } };
        game.Drills.Restore(waiting);
        Assert.NotNull(game.Drills.Begin(Plan(0.1)));
        game.Server.Time.Advance(TimeSpan.FromMinutes(11));
        game.Observe();
        game.Drills.Step();
        Assert.InRange(game.Moved(), Clients * 0.4, Clients * 0.6);

        DrillService late = ServiceOf(game.Server);
        late.Restore(waiting with { Plan = waiting.Plan with { At = now.AddHours(-1) } });
        Assert.Equal("its time passed while the server was away", late.Report!.Reason);
        using ObservedServer restarted = await ObservedServer.StartAsync(Yaml);
        DrillService running = ServiceOf(restarted);
        running.Restore(waiting with { StartedAt = now, Moves = ["half"] });
        Assert.Equal("the server ended, and with it the drill", running.Report!.Reason);
        Assert.Equal(["half"], running.Report.Moves);
        Assert.Null(running.Begin(Plan(0.1) with { At = now.AddHours(1) }));
    }

    [Fact]
    public async Task Begin_FewResolvers_TakesHalfOfTheirQueriesAndSaysSo()
    {
        using Game game = await Game.StartAsync();
        // Three dozen resolvers, some of them ten times as busy as others.
        uint[] resolvers = [.. Enumerable.Range(0, 36).Select(i => (uint)(0x0A00_0001 + (i << 8)))];
        foreach (int round in Enumerable.Range(0, 10))
        {
            foreach (uint resolver in resolvers.Where((_, i) => i % 3 == 0 || round == 0))
            {
                game.Server.Ask("www.example.com.", resolver);
            }
        }
        game.Server.Observer.Fetch();
        Assert.Null(game.Drills.Begin(Plan(0.5)));
        double all = resolvers.Index().Sum(one => VolumeOf(one.Index));
        double moved = resolvers.Index().Where(one => game.Server.Ask("www.example.com.", one.Item) == Us).Sum(one => VolumeOf(one.Index));
        Assert.InRange(moved / all, 0.5 - (10 / all), 0.5);
        Assert.Contains($"takes: {moved / all * 100:0.#} % of the observed queries", DrillOutput.ToText(game.Drills.Report!), StringComparison.Ordinal);

        static double VolumeOf(int resolver) => resolver % 3 == 0 ? 10 : 1;
    }

    [Fact]
    public async Task Begin_OneResolverAsksMost_ReportSaysThatItIsNotDivided()
    {
        using Game game = await Game.StartAsync();
        foreach (int i in Enumerable.Range(0, 100))
        {
            game.Server.Ask("www.example.com.", i < 70 ? 0x0A00_0001 : (uint)(0x0A10_0001 + (i << 8)));
        }
        game.Server.Observer.Fetch();
        Assert.Null(game.Drills.Begin(Plan(0.5)));
        Assert.Equal(
            "30 % of the observed queries instead of 50 %: the next network alone asks 70 %, and a network is taken whole or not at all", game.Drills.Report!.Takes);
    }

    [Fact]
    public async Task Begin_NothingObserved_AttendedSaysSoAndUnattendedIsLeftOut()
    {
        using Game game = await Game.StartAsync();
        Assert.Contains("no queries for steered names were observed", game.Drills.Begin(Unattended), StringComparison.Ordinal);
        // Queries for names that nobody steers say nothing of it either.
        game.Server.Ask("ns1.example.com.", 0x0A00_0001);
        game.Server.Observer.Fetch();
        Assert.Contains("no queries for steered names were observed", game.Drills.Begin(Unattended), StringComparison.Ordinal);
        Assert.Null(game.Drills.Begin(Plan(0.1) with { At = game.Server.Time.GetUtcNow().AddMinutes(1) }));
        game.Server.Time.Advance(TimeSpan.FromMinutes(1));
        game.Drills.Step();
        Assert.StartsWith("it could not begin: no queries for steered names", game.Drills.Report!.Reason, StringComparison.Ordinal);
        Assert.Equal(0, game.Moved());

        Assert.Null(game.Drills.Begin(Plan(0.25)));
        Assert.Contains("expected: nothing is known", DrillOutput.ToText(game.Drills.Report), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Begin_UnattendedWhileHealthIsNotKnown_IsLeftOut()
    {
        using Game game = await Game.StartAsync();
        game.Observe();
        game.Unknown.Add(new MemberKey("us", Us));
        Assert.Equal("us/198.51.100.1 is not known to be up", game.Drills.Begin(Unattended));
        game.Unknown.Clear();
        game.Server.Harness.DataPlane.IsWarmingUp = true;
        Assert.Equal("the server is warming up", game.Drills.Begin(Unattended));
        game.Server.Harness.DataPlane.IsWarmingUp = false;
        Assert.Null(game.Drills.Begin(Unattended));
    }

    [Theory]
    [InlineData(true, false, "us/198.51.100.1 went down meanwhile, and nobody attends it")]
    [InlineData(false, true, "health was frozen meanwhile (3 of 4 sites look down), and nobody attends it")]
    [InlineData(false, false, null)]
    public async Task Step_TheWorldBreaksMeanwhile_EndsWhatNobodyAttends(bool isDown, bool isFrozen, string? expected)
    {
        using Game game = await Game.StartAsync();
        game.Observe();
        Assert.Null(game.Drills.Begin(Unattended));
        // How it is in truth with what is played to be down hurts nobody.
        game.Down.Add(new MemberKey("eu", Eu));
        game.Drills.Step();
        Assert.Null(game.Drills.Report!.EndedAt);
        if (isDown)
        {
            game.Down.Add(new MemberKey("us", Us));
        }
        game.Frozen = isFrozen ? "3 of 4 sites look down" : null;
        game.Drills.Step();
        Assert.Equal(expected, game.Drills.Report.Reason);
        Assert.Equal(expected is null, game.Moved() > 0);

        // Whoever attends decides.
        game.Drills.Stop("ann");
        game.Down.Clear();
        Assert.Null(game.Drills.Begin(Unattended with { GameDay = null }));
        game.Down.Add(new MemberKey("us", Us));
        game.Frozen = "3 of 4 sites look down";
        game.Drills.Step();
        Assert.Null(game.Drills.Report.EndedAt);
    }

    [Fact]
    public async Task Step_NewConfigurationSpeaksAgainstIt_Ends()
    {
        using Game game = await Game.StartAsync();
        game.Observe();
        Assert.Null(game.Drills.Begin(Plan(0.25)));
        // Without the other pool, whoever plays gets nothing.
        game.Server.Harness.Write(Yaml.Replace("www: {ttl: 30s, failover: [eu, us]}", "www: {ttl: 30s, when-all-down: nodata, pool: eu}", StringComparison.Ordinal));
        await game.Server.Harness.ReloadAsync();
        game.AllUp();
        game.Drills.Step();
        Assert.StartsWith("the configuration changed, and with the new one: ", game.Drills.Report!.Reason, StringComparison.Ordinal);
        Assert.Contains("would get no answer at all", game.Drills.Report.Reason, StringComparison.Ordinal);
        Assert.Equal(Eu, game.Server.Ask("www.example.com.", 0x0A00_0001));
        Assert.Null(game.Server.Harness.DataPlane.Staged);
    }

    [Fact]
    public async Task Step_SomethingElseHasItsPlace_EndsAndLeavesItThere()
    {
        using Game game = await Game.StartAsync();
        DataPlane plane = game.Server.Harness.DataPlane;
        Assert.Null(game.Drills.Begin(Plan(0.25)));
        DataPlane other = plane.CreateCandidate();
        other.Publish(plane.Snapshot!, game);
        Assert.False(plane.Stage(other, ClientStage.Create(1, []), expected: null));
        Assert.True(plane.Stage(other, ClientStage.Create(1, []), expected: plane.Staged));
        game.Drills.Step();
        Assert.Equal("a change was staged", game.Drills.Report!.Reason);
        Assert.Same(other, plane.Staged);
        Assert.Contains("a change was staged", game.Drills.Begin(Plan(0.25)), StringComparison.Ordinal);
        Assert.Same(other, plane.Staged);
        Assert.True(plane.EndStage(other));
        Assert.Null(game.Drills.Begin(Plan(0.25)));
    }

    [Fact]
    public async Task StepOnce_Fault_EndsTheDrillAndNotTheServer()
    {
        using Game game = await Game.StartAsync();
        Assert.Null(game.Drills.Begin(Plan(0.25)));
        game.Fault = new InvalidOperationException("a fault");
        game.Drills.StepOnce();
        Assert.Equal("a fault in the server ended it; its log has it", game.Drills.Report!.Reason);
        Assert.Equal(0, game.Moved());
        game.Fault = null;
        game.Drills.StepOnce();
        Assert.Null(game.Drills.Begin(Plan(0.25)));
    }

    [Fact]
    public async Task Step_WallClockSetBack_LastsNoLonger()
    {
        using ObservedServer server = await ObservedServer.StartAsync(Yaml);
        TwoClocks time = new(server.Time.GetUtcNow());
        DrillService drills = ServiceOf(server, time: time);
        Assert.Null(drills.Begin(Plan(0.25)));
        time.Wall -= TimeSpan.FromHours(1);
        time.Passed = TimeSpan.FromMinutes(9);
        drills.Step();
        Assert.Null(drills.Report!.EndedAt);
        time.Passed = TimeSpan.FromMinutes(10);
        drills.Step();
        Assert.Equal("its time was over", drills.Report.Reason);
    }

    [Fact]
    public async Task Begin_ShareBelowABucket_SaysThatItTakesNobody()
    {
        using Game game = await Game.StartAsync();
        Assert.Null(game.Drills.Begin(Plan(0.0001)));
        Assert.Equal(0, game.Moved());
        Assert.Contains("takes: nobody: 0.01 % is less than", DrillOutput.ToText(game.Drills.Report!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verdicts_DuringADrill_AreToldInOneOrder()
    {
        using Game game = await Game.StartAsync();
        StampJournal journal = new();
        game.Server.Harness.DataPlane.Attach(journal, 0);
        Assert.Null(game.Drills.Begin(Plan(0.5)));
        for (int i = 0; i < 50; i++)
        {
            // Both states have the member, and the two changes fall into a millisecond: a log that goes by stamps must not lose one.
            game.Server.Harness.DataPlane.UpdateVerdicts(
                [new VerdictChange(new MemberKey("us", Us), i % 2 == 0 ? new MemberVerdict(HealthState.Down, 0) : MemberVerdict.Up)]);
        }
        Assert.Equal(100, journal.Stamps.Count - 1);
        Assert.All(journal.Stamps.Zip(journal.Stamps.Skip(1)), pair => Assert.True(pair.First < pair.Second));
    }

    /// <summary>Drills of a server whose checks find everything up.</summary>
    internal static DrillService ServiceOf(ObservedServer server, IVerdictSource? verdicts = null, Func<string?>? frozen = null, TimeProvider? time = null) => new(
        new DrillParts
        {
            DataPlane = server.Harness.DataPlane,
            Verdicts = verdicts ?? new AllUpSource(),
            Volumes = new BucketVolumes(new ClientVolumes(), population: null),
            Population = server.Observer,
            Propagation = server.Propagation,
            WhatIf = server.WhatIf,
            IsStaging = () => false,
            Frozen = frozen ?? (() => null),
            Time = time ?? server.Time,
        },
        NullLogger<DrillService>.Instance);

    /// <summary>As a game day has it come, without a guard.</summary>
    private static DrillPlan Unattended => Plan(0.25) with { GameDay = "tuesdays", StopIf = [] };

    private static DrillPlan Plan(double share) => new("eu", share, TimeSpan.FromMinutes(10), ["web"], "ann", null);

    private sealed class StampJournal : IChangeJournal
    {
        public List<long> Stamps { get; } = [];

        public void Record(DataPlaneChange change) => Stamps.Add(change.Stamp);
    }

    /// <summary>A clock of the wall, and one that nobody sets.</summary>
    private sealed class TwoClocks(DateTimeOffset wall) : TimeProvider
    {
        public DateTimeOffset Wall { get; set; } = wall;

        public TimeSpan Passed { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => Wall;

        public override long GetTimestamp() => Passed.Ticks;
    }

    private sealed class AllUpSource : IVerdictSource
    {
        public MemberVerdict GetVerdict(MemberKey member) => MemberVerdict.Up;
    }

    private sealed class Game : IVerdictSource, IDisposable
    {
        private Game(ObservedServer server)
        {
            Server = server;
            DrillParts parts = new()
            {
                DataPlane = server.Harness.DataPlane,
                Verdicts = this,
                Volumes = new BucketVolumes(new ClientVolumes(), server.Observer),
                Population = server.Observer,
                Propagation = server.Propagation,
                WhatIf = server.WhatIf,
                IsStaging = () => Fault is { } fault ? throw fault : Staged,
                Frozen = () => Frozen,
                Time = server.Time,
            };
            Drills = new DrillService(parts, NullLogger<DrillService>.Instance);
        }

        public ObservedServer Server { get; }

        public DrillService Drills { get; }

        public bool Staged { get; set; }

        public Exception? Fault { get; set; }

        public string? Frozen { get; set; }

        public HashSet<MemberKey> Down { get; } = [];

        public HashSet<MemberKey> Unknown { get; } = [];

        public static async Task<Game> StartAsync()
        {
            Game game = new(await ObservedServer.StartAsync(Yaml));
            game.AllUp();
            return game;
        }

        public void AllUp() => Server.Harness.DataPlane.UpdateVerdicts(
            [.. Server.Harness.DataPlane.Snapshot!.Members.Select(slot => new VerdictChange(slot.Key, MemberVerdict.Up))]);

        public MemberVerdict GetVerdict(MemberKey member) => Down.Contains(member) ? new MemberVerdict(HealthState.Down, 0)
            : Unknown.Contains(member) ? new MemberVerdict(HealthState.Unknown, 0)
            : MemberVerdict.Up;

        /// <summary>Has some clients ask once, so few that each is noted: what a drill that nobody attends asks for.</summary>
        public void Observe()
        {
            for (uint client = 0; client < 400; client++)
            {
                Server.Ask("www.example.com.", 0x0A00_0001 + (client << 8));
            }
            Server.Observer.Fetch();
        }

        /// <summary>Clients that are sent to the other site.</summary>
        public int Moved() => Enumerable.Range(0, Clients).Count(client => Server.Ask("www.example.com.", (uint)(0x0A00_0001 + (client << 8))) == Us);

        public void Dispose() => Server.Dispose();
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;
using Meridian.Control.Drilling;
using Meridian.Engine.Health;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.Control.Tests.Observing;

/// <summary>Drills that come by the calendar, under a clock that the tests move.</summary>
public sealed class GameDayTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("meridian-game-days-");

    [Theory]
    // The test's clock stands at noon of Friday, 2026-11-20.
    [InlineData("tue", 600, "UTC", "2026-11-20T12:00Z", "2026-11-24T10:00Z")]
    [InlineData("fri", 720, "UTC", "2026-11-20T12:00Z", "2026-11-27T12:00Z")]
    [InlineData("fri", 721, "UTC", "2026-11-20T12:00Z", "2026-11-20T12:01Z")]
    [InlineData("mon-fri", 0, "UTC", "2026-11-20T12:00Z", "2026-11-23T00:00Z")]
    [InlineData("sat", 30, "Asia/Tokyo", "2026-11-20T12:00Z", "2026-11-20T15:30Z")]
    [InlineData("thu", 1439, "America/Los_Angeles", "2026-11-20T12:00Z", "2026-11-27T07:59Z")]
    // Over the end of summer time: ten in Paris is another moment.
    [InlineData("tue", 600, "Europe/Paris", "2026-10-21T00:00Z", "2026-10-27T09:00Z")]
    [InlineData("tue", 600, "Europe/Paris", "2026-10-14T00:00Z", "2026-10-20T08:00Z")]
    // A time that is skipped, and one that is lived twice.
    [InlineData("sun", 150, "Europe/Paris", "2026-03-28T00:00Z", "2026-03-29T01:30Z")]
    [InlineData("sun", 150, "Europe/Paris", "2026-10-24T00:00Z", "2026-10-25T00:30Z")]
    [InlineData("sun", 150, "Europe/Paris", "2026-10-25T00:30Z", "2026-11-01T01:30Z")]
    public void NextAfter_AnyCalendar_IsTheNextOfItsTimes(string days, int minute, string zone, string after, string expected)
    {
        GameDay day = Day("a") with { Days = DaysOf(days), Minute = minute, TimeZone = zone };
        Assert.Null(day.Problem);
        Assert.Equal(Time(expected), day.NextAfter(Time(after)));
    }

    [Fact]
    public void NextAfter_AYearOfMinutes_IsNeverBeforeAndOncePerDay()
    {
        // The reference: every minute of a year is looked at on the zone's clock.
        GameDay day = Day("a") with { Days = DaysOf("sat,sun"), Minute = 95, TimeZone = "America/New_York" };
        TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById(day.TimeZone);
        DateTimeOffset begin = Time("2026-01-01T00:00Z");
        List<DateTimeOffset> expected = [];
        HashSet<DateTime> seen = [];
        for (int minute = 1; minute < 365 * 1440; minute++)
        {
            DateTime local = TimeZoneInfo.ConvertTime(begin.AddMinutes(minute), zone).DateTime;
            if (local.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday && (int)local.TimeOfDay.TotalMinutes == day.Minute && seen.Add(local.Date))
            {
                expected.Add(begin.AddMinutes(minute));
            }
        }
        List<DateTimeOffset> found = [];
        for (DateTimeOffset at = begin; day.NextAfter(at) is { } next && next < begin.AddDays(365); at = next)
        {
            found.Add(next);
        }
        Assert.Equal(expected, found);
        Assert.Equal(104, found.Count);
    }

    [Fact]
    public async Task Step_ItsTimeComes_IsPlayedEachWeekAndReported()
    {
        using Scene scene = await Scene.StartAsync(_directory);
        Assert.Null(scene.Days.Add(Day("tuesdays")));
        scene.Step();
        Assert.Null(scene.Drills.Report);
        scene.MoveTo("2026-11-24T10:00:01Z");
        Assert.Equal(("tuesdays", true), (scene.Drills.Report!.Plan.GameDay, scene.Drills.Report.EndedAt is null));
        Assert.Contains("2026-11-24 10:00:00Z tuesdays: runs", scene.Text(), StringComparison.Ordinal);
        scene.MoveTo("2026-11-24T10:10:01Z");
        scene.Step();
        Assert.Contains("held, ended 2026-11-24 10:10:01Z: its time was over", scene.Text(), StringComparison.Ordinal);
        Assert.Contains("next 2026-12-01 10:00:00Z", scene.Text(), StringComparison.Ordinal);
        scene.MoveTo("2026-12-01T10:00:00Z");
        Assert.Null(scene.Drills.Report.EndedAt);
        Assert.Equal(2, scene.Days.Book.Runs.Length);
        using JsonDocument json = JsonDocument.Parse(GameDayOutput.ToJson(scene.Days.Book));
        Assert.Equal("running", json.RootElement.GetProperty("history")[0].GetProperty("drill").GetProperty("state").GetString());
        Assert.Equal("ended", json.RootElement.GetProperty("history")[1].GetProperty("drill").GetProperty("state").GetString());
    }

    [Fact]
    public async Task Step_WorldIsNotFit_IsLeftOutWithTheReason()
    {
        using Scene scene = await Scene.StartAsync(_directory);
        Assert.Null(scene.Days.Add(Day("daily") with { Days = 0x7F }));
        scene.Down.Add(new MemberKey("us", "198.51.100.1"));
        scene.MoveTo("2026-11-21T10:00:00Z");
        scene.Down.Clear();
        scene.Frozen = "3 of 4 sites look down";
        scene.MoveTo("2026-11-22T10:00:00Z");
        scene.Frozen = null;
        Assert.Null(scene.Drills.Begin(Day("by-hand").Plan with { For = TimeSpan.FromHours(20) }));
        scene.MoveTo("2026-11-23T06:00:00Z");
        Assert.Null(scene.Drills.Begin(Day("by-hand").Plan with { For = TimeSpan.FromHours(20) }));
        scene.MoveTo("2026-11-23T10:00:00Z");
        scene.Drills.Stop("ann");
        scene.MoveTo("2026-11-24T10:00:00Z");
        Assert.Equal(
            [
                "us/198.51.100.1 is down already",
                "health is frozen: 3 of 4 sites look down",
                "a drill of eu runs or waits already; 'meridian drill stop' ends it",
                null,
            ],
            scene.Days.Book.Runs.Select(run => run.Skipped));
        Assert.Contains("left out: us/198.51.100.1 is down already", scene.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_AfterARestart_GoesOnAndTellsOnceWhatWasMissed()
    {
        using (Scene scene = await Scene.StartAsync(_directory))
        {
            Assert.Null(scene.Days.Add(Day("tuesdays")));
            scene.MoveTo("2026-11-24T10:00:00Z");
        }
        using Scene restarted = await Scene.StartAsync(_directory, at: "2026-11-24T10:01:00Z");
        restarted.Drills.Restore(restarted.Days.Book.Runs[0].Report!); // It ran when the server ended.
        restarted.MoveTo("2026-12-20T12:00:00Z");
        Assert.Equal("the server ended, and with it the drill", restarted.Days.Book.Runs[0].Report!.Reason); // Just looked at.
        GameDayRun missed = restarted.Days.Book.Runs[1];
        Assert.Equal(("its time passed while the server was away", Time("2026-12-01T10:00Z")), (missed.Skipped, missed.At));
        restarted.MoveTo("2026-12-22T10:00:00Z");
        Assert.Equal(3, restarted.Days.Book.Runs.Length);
        Assert.Null(restarted.Days.Book.Runs[2].Skipped);
    }

    [Fact]
    public async Task Load_DamagedParts_AreLeftOutAndTheFileIsKept()
    {
        using (Scene scene = await Scene.StartAsync(_directory))
        {
            Assert.Null(scene.Days.Add(Day("sound")));
            Assert.Null(scene.Days.Add(Day("elsewhere")));
        }
        string path = Path.Combine(_directory.FullName, GameDayStore.FileName);
        JsonObject book = JsonNode.Parse(File.ReadAllText(path))!.AsObject(); // Written right above.
        JsonArray days = book["days"]!.AsArray();
        days[0]!["timeZone"] = "Mars/Base"; // Sorted by name: it is of the day elsewhere.
        days[1]!["doneUntil"] = "9999-12-31T00:00:00Z";
        JsonNode sound = days[1]!;
        days.Add(null);
        days.Add(sound.DeepClone());
        Change("no-plan", day => day["plan"] = null);
        Change("no-site", day => day["plan"]!["site"] = null);
        Change("guard-of-nothing", day => day["plan"]!["stopIf"] = new JsonArray((JsonNode?)null));
        Change("too-much", day => day["plan"]!["share"] = 7);
        Change("no-zone", day => day["timeZone"] = null);
        book["runs"] = new JsonArray(null, new JsonObject { ["name"] = "x", ["at"] = "2026-11-20T12:00:00Z", ["skipped"] = null, ["report"] = new JsonObject { ["plan"] = null } });
        string damaged = book.ToJsonString();
        File.WriteAllText(path, damaged);

        using Scene restarted = await Scene.StartAsync(_directory, isDamaged: true);
        foreach (string part in new[] { "number 3", "second game day sound", "no-plan", "no-site", "guard-of-nothing", "too-much", "no-zone", "2 of the history" })
        {
            Assert.Contains(part, restarted.Problem, StringComparison.Ordinal);
        }
        Assert.Equal(["elsewhere", "sound"], restarted.Days.Book.Days.Select(day => day.Name));
        restarted.MoveTo("2026-11-24T10:00:00Z");
        Assert.Equal("sound", restarted.Drills.Report!.Plan.GameDay);
        Assert.Contains("never: this system does not know Mars/Base", restarted.Text(), StringComparison.Ordinal);
        Assert.Equal(damaged, File.ReadAllText(Path.Combine(_directory.FullName, GameDayStore.UnreadFileName)));
        Assert.Null(new GameDayService(restarted.Drills, new GameDayStore(_directory.FullName), TimeProvider.System, NullLogger<GameDayService>.Instance).Load());

        void Change(string name, Action<JsonNode> change)
        {
            JsonNode day = sound.DeepClone();
            day["name"] = name;
            change(day);
            days.Add(day);
        }
    }

    [Theory]
    [InlineData("{\"days\": [")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"days\": null, \"runs\": null}")]
    [InlineData("[]")]
    [InlineData("")]
    public async Task Load_NoBookAtAll_IsToldAndTheFileIsKept(string text)
    {
        string path = Path.Combine(_directory.FullName, GameDayStore.FileName);
        File.WriteAllText(path, text);
        using Scene scene = await Scene.StartAsync(_directory, isDamaged: true);
        Assert.StartsWith(path, scene.Problem, StringComparison.Ordinal);
        scene.Step();
        Assert.Equal(text, File.ReadAllText(path));
        Assert.Null(scene.Days.Add(Day("a")));
        Assert.Equal(text, File.ReadAllText(Path.Combine(_directory.FullName, GameDayStore.UnreadFileName)));
        Assert.Null(scene.Days.Add(Day("b")));
        Assert.Equal(text, File.ReadAllText(Path.Combine(_directory.FullName, GameDayStore.UnreadFileName)));
    }

    [Fact]
    public async Task Step_AnotherDrillTookItsPlace_RunIsClosed()
    {
        using Scene scene = await Scene.StartAsync(_directory);
        Assert.Null(scene.Days.Add(Day("tuesdays")));
        scene.MoveTo("2026-11-24T10:00:00Z");
        Assert.True(scene.Drills.Stop("ann"));
        Assert.Null(scene.Drills.Begin(Day("by-hand").Plan));
        scene.Step();
        Assert.Contains("held, ended 2026-11-24 10:00:00Z: it is over, and nobody noted why", scene.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Step_FaultInADrill_IsLeftOutAndTheServerGoesOn()
    {
        using Scene scene = await Scene.StartAsync(_directory);
        Assert.Null(scene.Days.Add(Day("daily") with { Days = 0x7F }));
        scene.Fault = new InvalidOperationException("a fault");
        scene.MoveTo("2026-11-21T10:00:00Z");
        scene.Days.StepOnce();
        Assert.Empty(scene.Days.Book.Runs);
        scene.Fault = null;
        scene.Days.StepOnce();
        Assert.Null(Assert.Single(scene.Days.Book.Runs).Skipped);
    }

    [Fact]
    public async Task Add_WhatIsNone_IsRefusedAndNothingIsKept()
    {
        using Scene scene = await Scene.StartAsync(_directory);
        Assert.Contains("lower-case", scene.Days.Add(Day("Every Tuesday")), StringComparison.Ordinal);
        Assert.Equal("'Mars/Base' is not a time zone that this system knows", scene.Days.Add(Day("a") with { TimeZone = "Mars/Base" }));
        Assert.Contains("days of the week", scene.Days.Add(Day("a") with { Days = 0 }), StringComparison.Ordinal);
        Assert.Equal("there is no site 'mars'", scene.Days.Add(Day("a") with { Plan = Day("a").Plan with { Site = "mars" } }));
        Assert.Null(scene.Days.Add(Day("a")));
        Assert.Contains("there is a game day 'a' already", scene.Days.Add(Day("a")), StringComparison.Ordinal);
        Assert.Null(scene.Days.Cancel("a", out bool isKnown));
        Assert.True(isKnown);
        Assert.Null(scene.Days.Cancel("a", out isKnown));
        Assert.False(isKnown);
        scene.MoveTo("2026-11-24T10:00:00Z");
        Assert.Null(scene.Drills.Report);
        // A disk that does not take it: nobody is told that it is planned.
        Directory.CreateDirectory(Path.Combine(_directory.FullName, GameDayStore.FileName + ".tmp"));
        Assert.StartsWith("it cannot be kept: ", scene.Days.Add(Day("b")), StringComparison.Ordinal);
        Assert.Empty(scene.Days.Book.Days);
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private static GameDay Day(string name) => new()
    {
        Name = name,
        Plan = new DrillPlan("eu", 0.25, TimeSpan.FromMinutes(10), ["web"], "ann", null),
        Days = DaysOf("tue"),
        Minute = 600,
        TimeZone = "UTC",
        DoneUntil = default,
    };

    private static int DaysOf(string text) => Meridian.Control.Configuration.Reading.Values.DaysText.TryParse(text, out int days) ? days : 0;

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private sealed class Scene : IVerdictSource, IDisposable
    {
        private readonly ObservedServer _server;

        private Scene(ObservedServer server, DirectoryInfo directory, bool isDamaged, string? at)
        {
            _server = server;
            _server.Time.Advance(at is null ? TimeSpan.Zero : Time(at) - _server.Time.GetUtcNow());
            Drills = DrillTests.ServiceOf(server, this, () => Fault is { } fault ? throw fault : Frozen);
            Days = new GameDayService(Drills, new GameDayStore(directory.FullName), server.Time, NullLogger<GameDayService>.Instance);
            Problem = Days.Load();
            Assert.Equal(isDamaged, Problem is not null);
        }

        public DrillService Drills { get; }

        public GameDayService Days { get; }

        public string? Problem { get; }

        public string? Frozen { get; set; }

        public Exception? Fault { get; set; }

        public HashSet<MemberKey> Down { get; } = [];

        public static async Task<Scene> StartAsync(DirectoryInfo directory, bool isDamaged = false, string? at = null) =>
            new(await ObservedServer.StartAsync(DrillTests.Yaml), directory, isDamaged, at);

        public void MoveTo(string time)
        {
            _server.Time.Advance(Time(time) - _server.Time.GetUtcNow());
            // A game day comes where somebody asks: otherwise nobody knows whom it would hurt.
            for (uint client = 0; client < 20; client++)
            {
                _server.Ask("www.example.com.", 0x0A00_0001 + (client << 8));
            }
            _server.Observer.Fetch();
            Step();
        }

        public void Step()
        {
            Drills.StepOnce();
            Days.StepOnce();
        }

        public string Text() => GameDayOutput.ToText(Days.Book, Days.IsLasting);

        public MemberVerdict GetVerdict(MemberKey member) => Down.Contains(member) ? new MemberVerdict(HealthState.Down, 0) : MemberVerdict.Up;

        public void Dispose() => _server.Dispose();
    }
}

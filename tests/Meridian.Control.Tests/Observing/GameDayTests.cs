using System.Text.Json;
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
        using Scene restarted = await Scene.StartAsync(_directory);
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

        private Scene(ObservedServer server, DirectoryInfo directory)
        {
            _server = server;
            Drills = DrillTests.ServiceOf(server, this, () => Frozen);
            Days = new GameDayService(Drills, new GameDayStore(directory.FullName), server.Time, NullLogger<GameDayService>.Instance);
            Assert.Null(Days.Load());
        }

        public DrillService Drills { get; }

        public GameDayService Days { get; }

        public string? Frozen { get; set; }

        public HashSet<MemberKey> Down { get; } = [];

        public static async Task<Scene> StartAsync(DirectoryInfo directory) => new(await ObservedServer.StartAsync(DrillTests.Yaml), directory);

        public void MoveTo(string time)
        {
            _server.Time.Advance(Time(time) - _server.Time.GetUtcNow());
            Step();
        }

        public void Step()
        {
            Drills.Step();
            Days.Step();
        }

        public string Text() => GameDayOutput.ToText(Days.Book, Days.IsLasting);

        public MemberVerdict GetVerdict(MemberKey member) => Down.Contains(member) ? new MemberVerdict(HealthState.Down, 0) : MemberVerdict.Up;

        public void Dispose() => _server.Dispose();
    }
}

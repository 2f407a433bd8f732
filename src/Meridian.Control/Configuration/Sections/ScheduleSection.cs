using System.Collections.Immutable;
using System.Globalization;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads a schedule node.</summary>
internal static class ScheduleSection
{
    private static readonly SchemaKey<string?> TimeZone = new(
        "time-zone", new TimeZoneValue(), "UTC", "Whose clock the windows are by.");

    private static readonly SchemaKey Windows = new("windows", "a list of maps with `days`, `hours`, `dates` and a node", "The first open one whose node is available.")
    {
        IsRequired = true,
    };

    private static readonly SchemaKey Default = new("default", "a child", "Outside all windows.") { DefaultText = "no answer" };

    private static readonly SchemaKey<int> Days = new("days", new DaysValue(), 0x7F, "Days of the week.") { DefaultText = "every day" };

    private static readonly SchemaKey<HourRange> Hours = new(
        "hours", new HoursValue(), new HourRange(0, 86_400), "From, inclusive, to, exclusive. Over midnight it belongs to the day on which it began.")
    {
        DefaultText = "all day",
    };

    private static readonly SchemaKey<DateRange> Dates = new("dates", new DatesValue(), default, "One date, or first and last.") { DefaultText = "always" };

    public static readonly SectionSchema Schema = new()
    {
        Title = "schedule",
        Summary = "The windows are tried in order. `days`, `hours` and `dates` stand beside a window's node, and all that are given must hold.",
        Keys = [TimeZone, Windows, Default, Days, Hours, Dates],
        Example =
            """
            schedule:
              time-zone: Europe/Paris
              windows:
                - {dates: 2026-12-24/2026-12-26, pool: sorry}
                - {days: mon-fri, hours: 08:00-18:00, pool: web-eu}
              default: web-us
            """,
    };

    private static readonly SectionSchema FormSchema = Schema with { Keys = [TimeZone, Windows, Default] };

    private static readonly SectionSchema WindowSchema = SteeringNodeSection.Schema with
    {
        Title = "a window of a schedule",
        Keys = [Days, Hours, Dates, .. SteeringNodeSection.Schema.Keys],
    };

    public static ScheduleNode? Read(MapReader map, SchemaKey key)
    {
        if (map.Find(key) is not { } node || MapReader.Open(map.Context, node, map.PathOf(key), FormSchema) is not { } form || !form.Has(Windows))
        {
            return null;
        }
        if (form.Find(Windows) is not ListNode { Items.Length: > 0 } list)
        {
            form.Error(Windows, "expected a list of windows, such as [{days: mon-fri, hours: 08:00-18:00, pool: web-eu}]");
            return null;
        }
        ImmutableArray<ScheduleWindow>.Builder windows = ImmutableArray.CreateBuilder<ScheduleWindow>();
        for (int i = 0; i < list.Items.Length; i++)
        {
            string path = $"{form.PathOf(Windows)}/{i}";
            map.Context.Positions.Add(path, list.Items[i].Position);
            if (MapReader.Open(map.Context, list.Items[i], path, WindowSchema) is { } item && SteeringNodeSection.ReadNode(item) is { } child)
            {
                windows.Add(ReadWindow(item, child));
            }
        }
        SteeringNode? fallback = ShedSection.ReadChild(form, Default);
        return windows.Count == 0 ? null : new ScheduleNode(form.Read(TimeZone) ?? "UTC", windows.ToImmutable(), fallback);
    }

    private static ScheduleWindow ReadWindow(MapReader item, SteeringNode child)
    {
        HourRange hours = item.Read(Hours);
        DateRange dates = item.Read(Dates);
        return new ScheduleWindow
        {
            Days = item.Read(Days),
            FromSecond = hours.From,
            ToSecond = hours.To,
            FirstDate = dates.First,
            LastDate = dates.Last,
            Node = child,
        };
    }

    /// <summary>Seconds of the day.</summary>
    private readonly record struct HourRange(int From, int To);

    private readonly record struct DateRange(DateOnly? First, DateOnly? Last);

    private sealed class TimeZoneValue : ScalarReader<string?>
    {
        public override string Description => "an IANA time zone";

        public override string Example => "Europe/Paris";

        protected override bool TryParse(ReadContext context, string text, out string? value, out ReadProblem problem)
        {
            value = text;
            bool isKnown = TimeZoneInfo.TryFindSystemTimeZoneById(text, out _);
            problem = isKnown
                ? default
                : new ReadProblem($"'{text}' is not a time zone that this system knows", context.Nearest(text, TimeZoneInfo.GetSystemTimeZones().Select(zone => zone.Id)));
            return isKnown;
        }
    }

    /// <summary>Days and ranges of days, separated by commas; bit 0 is Sunday.</summary>
    private sealed class DaysValue : ScalarReader<int>
    {
        public override string Description => "days of the week, such as mon-fri or sat,sun";

        public override string Example => "mon-fri";

        protected override bool TryParse(ReadContext context, string text, out int value, out ReadProblem problem)
        {
            problem = default;
            return DaysText.TryParse(text, out value);
        }
    }

    private sealed class HoursValue : ScalarReader<HourRange>
    {
        public override string Description => "a time of day from and to";

        public override string Example => "08:00-18:00";

        protected override bool TryParse(ReadContext context, string text, out HourRange value, out ReadProblem problem)
        {
            value = default;
            problem = default;
            string[] ends = text.Split('-', StringSplitOptions.TrimEntries);
            if (ends.Length != 2 || !TryReadTime(ends[0], out int from) || !TryReadTime(ends[1], out int to) || from == 86_400 || from == to)
            {
                return false;
            }
            value = new HourRange(from, to == 0 ? 86_400 : to);
            return true;
        }

        private static bool TryReadTime(string text, out int second)
        {
            bool isEnd = text == "24:00";
            bool isTime = TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out TimeOnly time);
            second = isEnd ? 86_400 : (int)time.ToTimeSpan().TotalSeconds;
            return isEnd || isTime;
        }
    }

    private sealed class DatesValue : ScalarReader<DateRange>
    {
        public override string Description => "a date, or first/last";

        public override string Example => "2026-12-24/2026-12-26";

        protected override bool TryParse(ReadContext context, string text, out DateRange value, out ReadProblem problem)
        {
            value = default;
            problem = default;
            string[] ends = text.Split('/', StringSplitOptions.TrimEntries);
            if (ends.Length > 2 || !TryReadDate(ends[0], out DateOnly first) || !TryReadDate(ends[^1], out DateOnly last) || last < first)
            {
                return false;
            }
            value = new DateRange(first, last);
            return true;
        }

        private static bool TryReadDate(string text, out DateOnly date) =>
            DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date);
    }
}

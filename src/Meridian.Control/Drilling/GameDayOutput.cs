using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Meridian.Control.Drilling;

/// <summary>Game days as people and programs read them.</summary>
internal static class GameDayOutput
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string ToJson(GameDayBook book) => new JsonObject
    {
        ["days"] = new JsonArray([.. book.Days.Select(DayOf)]),
        ["history"] = new JsonArray([.. book.Runs.AsEnumerable().Reverse().Select(RunOf)]),
    }.ToJsonString(Indented);

    public static string ToText(GameDayBook book, bool isLasting)
    {
        StringBuilder text = new();
        text.Append(book.Days.IsEmpty ? "no game days: 'meridian drill fail SITE --days tue --hour 10:00' plans one\n" : "game days\n");
        foreach (GameDay day in book.Days)
        {
            string guards = day.Plan.StopIf.IsEmpty ? "" : $", or until {string.Join(", ", day.Plan.StopIf)} says down";
            text.Append(CultureInfo.InvariantCulture, $"  {day.Name}: {day.When}: site {day.Plan.Site} fails for {day.Plan.Share * 100:0.##} % of the clients for {day.Plan.For}{guards}; by {day.Plan.Author}\n")
                .Append(CultureInfo.InvariantCulture, $"    next {(day.NextAfter(day.DoneUntil) is { } next ? next.ToString("u", CultureInfo.InvariantCulture) : $"never: this system does not know {day.TimeZone}")}\n");
        }
        if (!isLasting)
        {
            text.Append("there is no state directory: a restart forgets them\n");
        }
        if (!book.Runs.IsEmpty)
        {
            text.Append("history, latest first\n");
        }
        foreach (GameDayRun run in book.Runs.AsEnumerable().Reverse())
        {
            text.Append(CultureInfo.InvariantCulture, $"  {run.At:u} {run.Name}: {OutcomeOf(run)}\n");
            foreach (string line in run.Report is { } report ? [.. report.Events, .. report.Moves] : Array.Empty<string>())
            {
                text.Append("    ").Append(line).Append('\n');
            }
        }
        return text.ToString();
    }

    private static string OutcomeOf(GameDayRun run) => run switch
    {
        { Skipped: { } reason } => $"left out: {reason}",
        { Report: { EndedAt: { } end } report } => string.Create(CultureInfo.InvariantCulture, $"held, ended {end:u}: {report.Reason}"),
        _ => "runs",
    };

    private static JsonObject DayOf(GameDay day) => new()
    {
        ["name"] = day.Name,
        ["when"] = day.When,
        ["site"] = day.Plan.Site,
        ["share"] = day.Plan.Share,
        ["forSeconds"] = day.Plan.For.TotalSeconds,
        ["stopIf"] = new JsonArray([.. day.Plan.StopIf.Select(monitor => (JsonNode?)monitor)]),
        ["author"] = day.Plan.Author,
        ["next"] = day.NextAfter(day.DoneUntil)?.ToString("O", CultureInfo.InvariantCulture),
    };

    private static JsonObject RunOf(GameDayRun run) => new()
    {
        ["name"] = run.Name,
        ["at"] = run.At.ToString("O", CultureInfo.InvariantCulture),
        ["skipped"] = run.Skipped,
        ["drill"] = run.Report is { } report ? JsonNode.Parse(DrillOutput.ToJson(report)) : null,
    };
}

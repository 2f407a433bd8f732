using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Meridian.Control.Drilling;

/// <summary>A drill as people and programs read it.</summary>
internal static class DrillOutput
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string ToJson(DrillReport report) => new JsonObject
    {
        ["site"] = report.Plan.Site,
        ["state"] = StateOf(report),
        ["share"] = report.Plan.Share,
        ["forSeconds"] = report.Plan.For.TotalSeconds,
        ["stopIf"] = List(report.Plan.StopIf),
        ["author"] = report.Plan.Author,
        ["at"] = report.Plan.At?.ToString("O", CultureInfo.InvariantCulture),
        ["startedAt"] = report.StartedAt?.ToString("O", CultureInfo.InvariantCulture),
        ["endedAt"] = report.EndedAt?.ToString("O", CultureInfo.InvariantCulture),
        ["reason"] = report.Reason,
        ["members"] = List(report.Members),
        ["spared"] = List(report.Spared),
        ["gameDay"] = report.Plan.GameDay,
        ["takes"] = report.Takes,
        ["forecast"] = report.Forecast,
        ["events"] = List(report.Events),
        ["moves"] = List(report.Moves),
        ["steps"] = List(report.Steps),
    }.ToJsonString(Indented);

    public static string ToText(DrillReport report)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"drill: site {report.Plan.Site} fails for {report.Plan.Share * 100:0.##} % of the clients for {report.Plan.For}, by {report.Plan.Author}: {StateOf(report)}\n");
        if (report.StartedAt is { } start)
        {
            text.Append(CultureInfo.InvariantCulture, $"began {start:u}{(report.EndedAt is { } end ? string.Create(CultureInfo.InvariantCulture, $", ended {end:u}: {report.Reason}") : "")}\n");
        }
        else
        {
            text.Append(report.Reason is { } reason ? $"{reason}\n" : string.Create(CultureInfo.InvariantCulture, $"begins {report.Plan.At:u}\n"));
        }
        Section(text, "played to be down", report.Members);
        Section(text, "left out", report.Spared);
        Section(text, "takes", report.Takes is { } takes ? [takes] : []);
        Section(text, "expected", report.Forecast is { } forecast ? [forecast]
            : report.StartedAt is null ? []
            : ["nothing is known: no queries for steered names had been observed, so whether somebody would be left without an answer neither"]);
        Section(text, "how clients moved", report.Moves);
        Section(text, "walked through", report.Steps);
        if (report.StartedAt is not null)
        {
            Section(text, "what broke", report.Events.IsEmpty ? ["nothing: no member changed its health meanwhile"] : report.Events);
        }
        return text.ToString();
    }

    private static string StateOf(DrillReport report) => report.EndedAt is not null ? "ended" : report.StartedAt is not null ? "running" : "waiting";

    private static void Section(StringBuilder text, string title, ImmutableArray<string> lines)
    {
        foreach (string line in lines)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {title}: {line}\n");
        }
    }

    private static JsonArray List(ImmutableArray<string> lines) => new([.. lines.Select(line => (JsonNode?)line)]);
}

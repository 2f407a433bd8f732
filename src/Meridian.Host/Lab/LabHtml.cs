using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Meridian.Simulation.Results;

namespace Meridian.Host.Lab;

/// <summary>An experiment as one page: what the authority said, what clients reached, and who moved when.</summary>
internal static class LabHtml
{
    private const string Style =
        """
        :root{color-scheme:light dark;--ink:#1b1f24;--soft:#5b6570;--line:#d5dae0;--page:#fff;--seen:#0072B2;--said:#D55E00;--eu:#0072B2;--us:#009E73;--dead:#CC3311}
        @media (prefers-color-scheme:dark){:root{--ink:#e6e9ec;--soft:#9aa5b1;--line:#3a424b;--page:#15191d;--seen:#56B4E9;--said:#E69F00;--eu:#56B4E9;--us:#2fc79b;--dead:#ff7a5c}}
        body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--page);max-width:1000px;margin:2rem auto;padding:0 1rem}
        h1{font-size:1.5rem;margin:0}h2{font-size:1rem;margin:0}.soft{color:var(--soft);margin:.2rem 0}.warn{border-left:4px solid var(--dead);padding-left:.6rem}
        .grid{display:grid;grid-template-columns:repeat(auto-fit,minmax(420px,1fr));gap:1.2rem;margin-top:1.2rem}
        table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;margin-top:1rem;font-size:.9rem}
        th,td{text-align:right;padding:.25rem .5rem;border-bottom:1px solid var(--line);vertical-align:top}th{color:var(--soft);font-weight:500}
        th:first-child,td:first-child,th:last-child,td:last-child{text-align:left}
        svg{width:100%;height:auto}svg text{font:11px system-ui,sans-serif;fill:var(--soft)}.axis{stroke:var(--line)}.event{stroke:var(--soft);stroke-dasharray:2 3}
        .seen,.eu,.us,.dead{fill:none;stroke-width:2}.seen{stroke:var(--seen)}.eu{stroke:var(--eu)}.us{stroke:var(--us)}.dead{stroke:var(--dead)}
        .said{fill:none;stroke:var(--said);stroke-width:1.5;stroke-dasharray:5 3}
        .key{display:inline-block;width:1.4em;height:3px;vertical-align:middle;margin-right:.4em}
        """;

    public static string Render(LabResult result)
    {
        LabOptions options = result.Options;
        StringBuilder html = new();
        html.Append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>Lab</title>\n<style>\n").Append(Style);
        html.Append(CultureInfo.InvariantCulture, $"\n</style></head><body>\n<h1>{options.Scenario}: TTL {string.Join(", ", options.Ttls)} s, weights {options.Weights.Eu}/{options.Weights.Us}</h1>\n");
        html.Append(CultureInfo.InvariantCulture, $"<p class=\"soft\">{ResultText.Count(result.Lookups)} lookups through {options.Mixes.Sum(mix => mix.Caches)} caches. ");
        if (options.Scenario != LabScenario.Herd)
        {
            html.Append(CultureInfo.InvariantCulture, $"Before the event eu had {result.EuShareBefore.Authority:0.0%} at the authority and {result.EuShareBefore.Caches:0.0%} behind the caches. {(result.AnsweredAfter is { } after ? string.Create(CultureInfo.InvariantCulture, $"First changed answer after {after:0.00} s") : "The authority's answers never changed")}; {result.FailedPerSecond.Sum()} requests failed.");
        }
        html.Append("</p>\n");
        foreach (string model in result.Models)
        {
            html.Append(CultureInfo.InvariantCulture, $"<p class=\"warn\">Not real: {model} is built in, because the resolver is not installed. It shows what we believe, not what is.</p>\n");
        }
        AppendTimeline(html, result);
        if (options.Scenario != LabScenario.Herd)
        {
            foreach (LabCell cell in result.Cells)
            {
                AppendCell(html, result, cell);
            }
            AppendInspections(html, result.Inspections);
        }
        return html.Append("</body></html>\n").ToString();
    }

    private static void AppendTimeline(StringBuilder html, LabResult result)
    {
        LabTimeline timeline = result.Timeline;
        html.Append("<p class=\"soft\"><span class=\"key\" style=\"background:var(--eu)\"></span>eu &nbsp; <span class=\"key\" style=\"background:var(--us)\"></span>us &nbsp; <span class=\"key\" style=\"background:var(--dead)\"></span>failed</p>\n<div class=\"grid\">\n");
        if (result.Options.Scenario != LabScenario.Herd)
        {
            html.Append("<section><h2>What the authority answers</h2><p class=\"soft\">share of eu</p>");
            LabChart.Append(html, 1, timeline.From, ("eu", timeline.Authority));
            html.Append("</section>\n");
        }
        double most = Math.Max(1, Enumerable.Range(0, timeline.Eu.Length).Max(i => Math.Max(timeline.Eu[i], Math.Max(timeline.Us[i], timeline.Failed[i]))));
        html.Append("<section><h2>What clients reach</h2><p class=\"soft\">requests per second, behind all caches</p>");
        LabChart.Append(html, most, timeline.From, ("eu", Doubles(timeline.Eu)), ("us", Doubles(timeline.Us)), ("dead", Doubles(timeline.Failed)));
        html.Append("</section>\n<section><h2>What the authority is asked</h2><p class=\"soft\">questions per second");
        ImmutableArray<double> said = [.. Enumerable.Repeat(0.0, -timeline.From), .. result.PredictedQuestions];
        html.Append(result.PredictedQuestions.IsEmpty ? "</p>" : "; dashed: simulated</p>");
        LabChart.Append(
            html, Math.Max(1, Math.Max(timeline.Questions.Max(), said.DefaultIfEmpty(0).Max())), timeline.From,
            result.PredictedQuestions.IsEmpty ? [("seen", timeline.Questions)] : [("seen", timeline.Questions), ("said", said)]);
        html.Append("</section>\n</div>\n");
    }

    private static void AppendCell(StringBuilder html, LabResult result, LabCell cell)
    {
        string title = result.Cells.Length == 1 ? "Who moves when" : string.Create(CultureInfo.InvariantCulture, $"TTL {cell.Ttl} s, {cell.Mix}: {cell.Entries} cache entries");
        html.Append(CultureInfo.InvariantCulture, $"<h2 style=\"margin-top:2rem\">{title}</h2>\n<p class=\"soft\"><span class=\"key\" style=\"background:var(--seen)\"></span>measured &nbsp; <span class=\"key\" style=\"background:var(--said)\"></span>simulated. Curves: what is left of the traffic to what the event took away.</p>\n<div class=\"grid\">\n");
        foreach (LabPopulation population in cell.Populations.Append(cell.All))
        {
            html.Append(CultureInfo.InvariantCulture, $"<section><h2>{population.Name} ({population.Caches})</h2><p class=\"soft\">{population.Says}; KS {population.Distance:0.000}</p>");
            LabChart.Append(html, 1, 0, ("seen", population.Old), ("said", population.Predicted));
            html.Append("</section>\n");
        }
        html.Append("</div>\n<table><tr><th>behind</th><th>caches</th><th>50 %</th><th>95 %</th><th>99 %</th><th>100 %</th><th>KS</th><th>what it does</th></tr>\n");
        foreach (LabPopulation population in cell.Populations.Append(cell.All))
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><td>{population.Name}</td><td>{population.Caches}</td>{string.Concat(population.Moved.Select(seconds => $"<td>{(seconds is { } some ? ResultText.Span(some) : "–")}</td>"))}<td>{population.Distance:0.000}</td><td>{population.Says}</td></tr>\n");
        }
        html.Append("</table>\n");
    }

    private static void AppendInspections(StringBuilder html, ImmutableArray<InspectionCheck> checks)
    {
        if (checks.IsEmpty)
        {
            return;
        }
        html.Append("<h2 style=\"margin-top:2rem\">What their own control tools say</h2>\n<p class=\"soft\">Caches asked just after the event; times in seconds from it.</p>\n<table><tr><th>kind</th><th>runs out at</th><th>last old seen</th><th>first new seen</th><th>verdict</th><th>what it said</th></tr>\n");
        foreach (InspectionCheck check in checks)
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><td>{check.Kind}</td><td>{check.ExpiresAt:0.0}</td><td>{check.LastOld:0.0}</td><td>{check.FirstNew:0.0}</td><td>{check.Verdict}</td><td>{check.Tool}: {check.Said}; {check.Settings}</td></tr>\n");
        }
        html.Append("</table>\n");
    }

    private static ImmutableArray<double> Doubles(ImmutableArray<int> values) => [.. values.Select(value => (double)value)];
}

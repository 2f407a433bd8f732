using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Meridian.Simulation.Results;

namespace Meridian.Host.Lab;

/// <summary>An experiment as one page: for each kind of cache what was measured and what the simulator said.</summary>
internal static class LabHtml
{
    private const int Width = 460;
    private const int Height = 150;
    private const int Left = 44;

    public static string Render(LabResult result)
    {
        LabOptions options = result.Options;
        StringBuilder html = new();
        html.Append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>Lab</title>\n<style>\n");
        html.Append(
            """
            :root{color-scheme:light dark;--ink:#1b1f24;--soft:#5b6570;--line:#d5dae0;--page:#fff;--seen:#0072B2;--said:#D55E00}
            @media (prefers-color-scheme:dark){:root{--ink:#e6e9ec;--soft:#9aa5b1;--line:#3a424b;--page:#15191d;--seen:#56B4E9;--said:#E69F00}}
            body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--page);max-width:1000px;margin:2rem auto;padding:0 1rem}
            h1{font-size:1.5rem;margin:0}h2{font-size:1rem;margin:0}.soft{color:var(--soft);margin:.2rem 0}
            .grid{display:grid;grid-template-columns:repeat(auto-fit,minmax(420px,1fr));gap:1.2rem;margin-top:1.2rem}
            table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;margin-top:1rem}
            th,td{text-align:right;padding:.25rem .5rem;border-bottom:1px solid var(--line)}th{color:var(--soft);font-weight:500}
            th:first-child,td:first-child,th:last-child,td:last-child{text-align:left}
            svg{width:100%;height:auto}svg text{font:11px system-ui,sans-serif;fill:var(--soft)}.axis{stroke:var(--line)}
            .seen{fill:none;stroke:var(--seen);stroke-width:2}.said{fill:none;stroke:var(--said);stroke-width:1.5;stroke-dasharray:5 3}
            .key{display:inline-block;width:1.4em;height:3px;vertical-align:middle;margin-right:.4em}
            """);
        html.Append(CultureInfo.InvariantCulture, $"\n</style></head><body>\n<h1>{options.Scenario}: TTL {options.Ttl} s, weights {options.Weights.Eu}/{options.Weights.Us}</h1>\n");
        html.Append(CultureInfo.InvariantCulture, $"<p class=\"soft\">{ResultText.Count(result.Lookups)} lookups through {result.All.Caches} real caches. Before the event eu had {result.EuShareBefore.Authority:0.0%} at the authority and {result.EuShareBefore.Caches:0.0%} behind the caches. First changed answer after {(result.AnsweredAfter is { } after ? $"{after:0.00} s" : "never")}; {result.FailedPerSecond.Sum()} requests failed.</p>\n");
        html.Append("<p class=\"soft\"><span class=\"key\" style=\"background:var(--seen)\"></span>measured &nbsp; <span class=\"key\" style=\"background:var(--said)\"></span>simulated. Curves: what is left of the traffic to what the event took away.</p>\n<div class=\"grid\">\n");
        foreach (LabPopulation population in result.Populations.Append(result.All))
        {
            html.Append(CultureInfo.InvariantCulture, $"<section><h2>{population.Name} ({population.Caches})</h2><p class=\"soft\">{population.Says}; KS {population.Distance:0.000}</p>");
            AppendChart(html, 1, population.Old.Length, ("seen", population.Old), ("said", population.Predicted));
            html.Append("</section>\n");
        }
        double worst = Math.Max(1, result.FailedPerSecond.IsEmpty ? 1 : result.FailedPerSecond.Max());
        html.Append("<section><h2>Failed requests per second</h2><p class=\"soft\">all populations</p>");
        AppendChart(html, worst, result.FailedPerSecond.Length, ("seen", [.. result.FailedPerSecond.Select(failed => (double)failed)]));
        html.Append("</section>\n</div>\n<table><tr><th>behind</th><th>caches</th><th>50 %</th><th>95 %</th><th>99 %</th><th>100 %</th><th>KS</th><th>what it does</th></tr>\n");
        foreach (LabPopulation population in result.Populations.Append(result.All))
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><td>{population.Name}</td><td>{population.Caches}</td>{string.Concat(population.Moved.Select(seconds => $"<td>{(seconds is { } some ? ResultText.Span(some) : "–")}</td>"))}<td>{population.Distance:0.000}</td><td>{population.Says}</td></tr>\n");
        }
        return html.Append("</table>\n</body></html>\n").ToString();
    }

    private static void AppendChart(StringBuilder html, double top, int seconds, params (string Class, ImmutableArray<double> Values)[] lines)
    {
        html.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {Height + 20}\" role=\"img\"><text x=\"{Left - 6}\" y=\"10\" text-anchor=\"end\">{(top == 1 ? "100 %" : top.ToString("0", CultureInfo.InvariantCulture))}</text><text x=\"{Left - 6}\" y=\"{Height}\" text-anchor=\"end\">0</text><line class=\"axis\" x1=\"{Left}\" y1=\"{Height}\" x2=\"{Width}\" y2=\"{Height}\"/><text x=\"{Left}\" y=\"{Height + 15}\">event</text><text x=\"{Width}\" y=\"{Height + 15}\" text-anchor=\"end\">+{seconds} s</text>");
        foreach ((string name, ImmutableArray<double> values) in lines)
        {
            IEnumerable<string> points = values.Select((value, index) => string.Create(
                CultureInfo.InvariantCulture,
                $"{Left + (Width - Left) * (double)index / Math.Max(1, values.Length - 1):0.#},{Height * (1 - Math.Clamp(value / top, 0, 1)):0.#}"));
            html.Append(CultureInfo.InvariantCulture, $"<polyline class=\"{name}\" points=\"{string.Join(' ', points)}\"/>");
        }
        html.Append("</svg>");
    }
}

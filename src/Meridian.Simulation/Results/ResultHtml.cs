using System.Globalization;
using System.Net;
using System.Text;

namespace Meridian.Simulation.Results;

/// <summary>A result as one page without anything from elsewhere: tables, and charts in SVG.</summary>
public static class ResultHtml
{
    private const int Width = 960;
    private const int Height = 240;
    private const int Left = 64;
    private const int Points = 480;

    // Told apart also by who does not see all colours (Okabe and Ito, 2008); the last one is for all others.
    private static readonly string[] Colours = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#B8A600", "#888888"];

    /// <summary>The page.</summary>
    public static string Render(SimulationResult result)
    {
        StringBuilder html = new();
        html.Append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\n");
        html.Append(CultureInfo.InvariantCulture, $"<title>{Escape(result.Name)} simulated</title>\n<style>\n");
        html.Append(
            """
            :root{color-scheme:light dark;--ink:#1b1f24;--soft:#5b6570;--line:#d5dae0;--page:#fff;--bad:#c0392b}
            @media (prefers-color-scheme:dark){:root{--ink:#e6e9ec;--soft:#9aa5b1;--line:#3a424b;--page:#15191d;--bad:#ff7b6b}}
            body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--page);max-width:1000px;margin:2rem auto;padding:0 1rem}
            h1{font-size:1.5rem;margin:0}h2{font-size:1.1rem;margin:2rem 0 .5rem}p{margin:.3rem 0}.soft{color:var(--soft)}
            table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
            th,td{text-align:right;padding:.25rem .5rem;border-bottom:1px solid var(--line)}th{color:var(--soft);font-weight:500}
            th:first-child,td:first-child,td:nth-child(2),th:nth-child(2){text-align:left}
            svg{width:100%;height:auto;display:block}svg text{font:12px system-ui,sans-serif;fill:var(--soft)}
            .grid{stroke:var(--line);stroke-width:1}.event{stroke:var(--ink);stroke-dasharray:3 3}.bad{fill:none;stroke:var(--bad);stroke-width:1.5}
            .load{fill:none;stroke:#0072B2;stroke-width:1.2}.key{display:inline-block;width:.8em;height:.8em;margin-right:.4em;border-radius:2px}
            """);
        html.Append(CultureInfo.InvariantCulture, $"\n</style></head><body>\n<h1>{Escape(result.Name)} {result.Type}</h1>\n");
        html.Append(CultureInfo.InvariantCulture, $"<p class=\"soft\">{ResultText.Count(result.Clients)} clients behind {ResultText.Count(result.Resolvers)} resolvers ({ResultText.Count(result.Caches)} caches), {ResultText.Span(result.DurationSeconds)}, seed {result.Seed}</p>\n");
        AppendShares(html, result);
        AppendTable(html, result);
        AppendEvents(html, result);
        AppendLoad(html, result);
        return html.Append("</body></html>\n").ToString();
    }

    private static void AppendShares(StringBuilder html, SimulationResult result)
    {
        html.Append("<h2>Where clients were sent</h2>\n");
        TargetTraffic[] shown = [.. result.Targets.Take(Colours.Length - 1)];
        double[] floor = new double[Points];
        OpenChart(html, "Share of the traffic by target, stacked", "0 %", "100 %", result.DurationSeconds);
        for (int i = 0; i < shown.Length; i++)
        {
            double[] share = Resample(shown[i].Series.AsSpan(), result.Requests.AsSpan());
            double[] top = [.. floor.Zip(share, (below, own) => below + own)];
            IEnumerable<string> up = top.Select((value, x) => Point(x, value));
            IEnumerable<string> down = floor.Select((value, x) => Point(x, value)).Reverse();
            html.Append(CultureInfo.InvariantCulture, $"<polygon fill=\"{Colours[i]}\" fill-opacity=\".8\" points=\"{string.Join(' ', up.Concat(down))}\"/>\n");
            floor = top;
        }
        double[] failed = Resample(result.Failed.AsSpan(), result.Requests.AsSpan());
        if (result.FailedTotal > 0)
        {
            html.Append(CultureInfo.InvariantCulture, $"<polyline class=\"bad\" points=\"{string.Join(' ', failed.Select((value, x) => Point(x, value)))}\"/>\n");
        }
        CloseChart(html, result);
        html.Append("<p class=\"soft\">");
        for (int i = 0; i < shown.Length; i++)
        {
            html.Append(CultureInfo.InvariantCulture, $"<span class=\"key\" style=\"background:{Colours[i]}\"></span>{Escape(shown[i].Target)} ({Escape(shown[i].Site)}) &nbsp; ");
        }
        html.Append("<span class=\"key\" style=\"background:var(--bad)\"></span>failed (line)</p>\n");
    }

    private static void AppendTable(StringBuilder html, SimulationResult result)
    {
        html.Append("<h2>Share meant and share got, before the first event</h2>\n<table><tr><th>target</th><th>site</th><th>meant</th><th>got</th><th>off by minute (rms)</th><th>largest</th></tr>\n");
        foreach (TargetTraffic target in result.Targets)
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><td>{Escape(target.Target)}</td><td>{Escape(target.Site)}</td><td>{target.IntendedShare:0.0%}</td><td>{target.Share:0.0%} ± {target.ShareError:0.0%}</td><td>{target.MinuteDeviation:0.00%}</td><td>{target.LargestDeviation:0.00%}</td></tr>\n");
        }
        html.Append("</table>\n");
    }

    private static void AppendEvents(StringBuilder html, SimulationResult result)
    {
        if (result.Events.IsEmpty)
        {
            return;
        }
        html.Append("<h2>What happened</h2>\n<table><tr><th>event</th><th>at</th><th>answers changed after</th>");
        foreach (MovedShare moved in result.Events[0].Moved)
        {
            html.Append(CultureInfo.InvariantCulture, $"<th>{moved.Share:0.#%} moved in</th>");
        }
        html.Append("<th>failed requests</th></tr>\n");
        foreach (EventOutcome happening in result.Events)
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><td>{Escape(happening.Description)}</td><td>{ResultText.Span(happening.At)}</td><td>{(happening.AnsweredAfter is { } after ? ResultText.Span(after) : "never")}</td>");
            foreach (MovedShare moved in happening.Moved)
            {
                html.Append(CultureInfo.InvariantCulture, $"<td>{(moved.Seconds is { } seconds ? ResultText.Span(seconds) : "–")}</td>");
            }
            html.Append(CultureInfo.InvariantCulture, $"<td>{ResultText.Count((long)happening.FailedRequests)} ({happening.FailedShare:0.###%})</td></tr>\n");
        }
        html.Append("</table>\n");
    }

    private static void AppendLoad(StringBuilder html, SimulationResult result)
    {
        html.Append(CultureInfo.InvariantCulture, $"<h2>Queries at the authority</h2>\n<p class=\"soft\">{ResultText.Count(result.Authority.Queries)} in all, mean {result.Authority.MeanPerSecond:0.#}/s, busiest second {result.Authority.PeakPerSecond:0}/s at {ResultText.Span(result.Authority.PeakAt)}</p>\n");
        double[] ones = new double[result.Authority.PerBin.Length];
        Array.Fill(ones, 1);
        double[] load = Resample(result.Authority.PerBin.AsSpan(), ones);
        double top = Math.Max(1e-9, load.Max());
        OpenChart(html, "Queries per second at the authority", "0", string.Create(CultureInfo.InvariantCulture, $"{top:0.#}/s"), result.DurationSeconds);
        html.Append(CultureInfo.InvariantCulture, $"<polyline class=\"load\" points=\"{string.Join(' ', load.Select((value, x) => Point(x, value / top)))}\"/>\n");
        CloseChart(html, result);
    }

    private static void OpenChart(StringBuilder html, string title, string low, string high, double duration)
    {
        html.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {Height + 30}\" role=\"img\" aria-label=\"{title}\">\n");
        html.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 8}\" y=\"12\" text-anchor=\"end\">{high}</text><text x=\"{Left - 8}\" y=\"{Height}\" text-anchor=\"end\">{low}</text>");
        for (int i = 0; i <= 4; i++)
        {
            int x = Left + (Width - Left) * i / 4;
            html.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{x}\" y1=\"0\" x2=\"{x}\" y2=\"{Height}\"/><text x=\"{x}\" y=\"{Height + 18}\" text-anchor=\"{(i == 0 ? "start" : i == 4 ? "end" : "middle")}\">{ResultText.Span(duration * i / 4)}</text>");
        }
        html.Append('\n');
    }

    private static void CloseChart(StringBuilder html, SimulationResult result)
    {
        foreach (EventOutcome happening in result.Events)
        {
            double x = Left + (Width - Left) * happening.At / result.DurationSeconds;
            html.Append(CultureInfo.InvariantCulture, $"<line class=\"event\" x1=\"{x:0.#}\" y1=\"0\" x2=\"{x:0.#}\" y2=\"{Height}\"><title>{Escape(happening.Description)}</title></line>");
        }
        html.Append("</svg>\n");
    }

    private static string Point(int index, double value) => string.Create(
        CultureInfo.InvariantCulture, $"{Left + (Width - Left) * (double)index / (Points - 1):0.#},{Height * (1 - Math.Clamp(value, 0, 1)):0.#}");

    private static double[] Resample(ReadOnlySpan<double> part, ReadOnlySpan<double> whole)
    {
        double[] samples = new double[Points];
        for (int i = 0; i < Points; i++)
        {
            int first = (int)((long)i * part.Length / Points);
            int end = Math.Min(part.Length, Math.Max(first + 1, (int)((long)(i + 1) * part.Length / Points)));
            double sum = 0;
            double all = 0;
            for (int j = first; j < end; j++)
            {
                sum += part[j];
                all += whole[j];
            }
            samples[i] = all > 0 ? sum / all : 0;
        }
        return samples;
    }

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}

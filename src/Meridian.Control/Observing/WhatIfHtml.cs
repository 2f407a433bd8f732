using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;

namespace Meridian.Control.Observing;

/// <summary>An answer to "what if" as one page without anything from elsewhere.</summary>
public static class WhatIfHtml
{
    private const double ShareShown = 0.0005;

    /// <summary>The page.</summary>
    public static string Render(WhatIfResult result)
    {
        StringBuilder html = new();
        html.Append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\n");
        html.Append(CultureInfo.InvariantCulture, $"<title>What if {WebUtility.HtmlEncode(result.Question)}</title>\n<style>\n");
        html.Append(
            """
            :root{color-scheme:light dark;--ink:#1b1f24;--soft:#5b6570;--line:#d5dae0;--page:#fff;--now:#9aa5b1;--then:#0072B2;--bad:#c0392b}
            @media (prefers-color-scheme:dark){:root{--ink:#e6e9ec;--soft:#9aa5b1;--line:#3a424b;--page:#15191d;--now:#5b6570;--then:#56B4E9;--bad:#ff7b6b}}
            body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--page);max-width:1000px;margin:2rem auto;padding:0 1rem}
            h1{font-size:1.5rem;margin:0}h2{font-size:1.1rem;margin:2rem 0 .5rem}p{margin:.3rem 0}.soft{color:var(--soft)}.bad{color:var(--bad)}
            table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
            th,td{text-align:right;padding:.25rem .5rem;border-bottom:1px solid var(--line)}th{color:var(--soft);font-weight:500}
            th:first-child,td:first-child{text-align:left}td.bars{width:35%}
            .bar{height:.55rem;border-radius:2px;margin:2px 0;min-width:1px}.now{background:var(--now)}.then{background:var(--then)}
            .big{font-size:1.25rem}
            """);
        html.Append(CultureInfo.InvariantCulture, $"\n</style></head><body>\n<h1>What if: {WebUtility.HtmlEncode(result.Question)}</h1>\n");
        html.Append(CultureInfo.InvariantCulture, $"<p class=\"soft\">{WebUtility.HtmlEncode(WhatIfOutput.Basis(result))}</p>\n");
        html.Append(CultureInfo.InvariantCulture, $"<p class=\"big\">{result.Moved:P1} of the traffic moves; <span class=\"{(result.Lost >= ShareShown ? "bad" : "soft")}\">{result.Lost:P1} would get nothing</span>. Queries per second {result.Load.Before:N1} → {result.Load.After:N1}</p>\n");
        Table(html, "Sites", result.Sites);
        Table(html, "Members", result.Members);
        Moves(html, result.Moves);
        foreach (string note in result.Notes)
        {
            html.Append(CultureInfo.InvariantCulture, $"<p class=\"soft\">{WebUtility.HtmlEncode(note)}</p>\n");
        }
        return html.Append("</body></html>\n").ToString();
    }

    private static void Table(StringBuilder html, string title, ImmutableArray<WhatIfShare> rows)
    {
        html.Append(CultureInfo.InvariantCulture, $"<h2>{title}</h2>\n<table><tr><th></th><th>now (grey), then (blue)</th><th>now</th><th>then</th><th>capacity</th><th>used then</th></tr>\n");
        foreach (WhatIfShare row in rows.Where(row => row.Before >= ShareShown || row.After >= ShareShown))
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><td>{WebUtility.HtmlEncode(row.Name)}</td><td class=\"bars\"><div class=\"bar now\" style=\"width:{row.Before * 100:0.#}%\"></div><div class=\"bar then\" style=\"width:{row.After * 100:0.#}%\"></div></td>");
            html.Append(CultureInfo.InvariantCulture, $"<td>{row.Before:P1}</td><td>{row.After:P1}</td><td>{row.Capacity:N0}</td><td{(row.UsedAfter > 1 ? " class=\"bad\"" : "")}>{row.UsedAfter:P0}</td></tr>\n");
        }
        html.Append("</table>\n");
    }

    private static void Moves(StringBuilder html, ImmutableArray<WhatIfMove> moves)
    {
        if (moves.IsEmpty)
        {
            return;
        }
        html.Append("<h2>Who moves</h2>\n<table><tr><th>client</th><th>name</th><th>share of all</th><th>of it moves</th><th>from</th><th>to</th></tr>\n");
        foreach (WhatIfMove move in moves)
        {
            string who = move.Network is { } network ? $"{network} by {move.Resolver}" : move.Resolver;
            html.Append(CultureInfo.InvariantCulture, $"<tr><td>{WebUtility.HtmlEncode(who)}</td><td>{WebUtility.HtmlEncode(move.Name)}</td><td>{move.Share:P2}</td><td>{move.Moved:P0}</td><td>{WebUtility.HtmlEncode(move.From)}</td><td>{WebUtility.HtmlEncode(move.To)}</td></tr>\n");
        }
        html.Append("</table>\n");
    }
}

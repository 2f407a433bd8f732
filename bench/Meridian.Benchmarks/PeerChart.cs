using System.Collections.Immutable;
using System.Globalization;
using System.Security;
using System.Text;

namespace Meridian.Benchmarks;

/// <summary>A bar per server, a group per scenario: medians, with a line from the lowest to the highest round.</summary>
internal static class PeerChart
{
    private const int Width = 820;
    private const int BarLeft = 150;
    private const int BarRight = 640;
    private const int BarHeight = 18;
    private const int RowHeight = 26;
    private const int TitleHeight = 40;

    /// <summary>The chart as an SVG document, readable on light and dark backgrounds.</summary>
    public static string Draw(ImmutableArray<PeerResult> results)
    {
        StringBuilder body = new();
        int y = 0;
        foreach (IGrouping<(string Scenario, string Metric), PeerResult> group in results.GroupBy(static r => (r.Scenario, r.Metric)))
        {
            y += TitleHeight;
            Text(body, 10, y - 12, "title", $"{group.Key.Scenario}: {group.Key.Metric}");
            double most = group.Max(static result => result.Highest);
            foreach (PeerResult result in group)
            {
                Row(body, y, result, most > 0 ? (BarRight - BarLeft) / most : 0);
                y += RowHeight;
            }
        }

        int height = y + 10;
        return string.Create(CultureInfo.InvariantCulture, $$"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {{Width}} {{height}}" width="{{Width}}" height="{{height}}" role="img">
            <title>Meridian beside its peers</title>
            <style>
            rect.page{fill:#fff} text{font:13px sans-serif;fill:#222} .title{font-weight:bold} .value{fill:#555}
            .own{fill:#1f6feb} .peer{fill:#9aa4b2} line{stroke:#222;stroke-width:1.5}
            </style>
            <rect class="page" width="{{Width}}" height="{{height}}"/>
            {{body}}</svg>

            """);
    }

    private static void Row(StringBuilder body, int y, PeerResult result, double scale)
    {
        string kind = result.Server.StartsWith("meridian", StringComparison.Ordinal) ? "own" : "peer";
        int middle = y + (BarHeight / 2);
        Text(body, 10, y + 14, "name", result.Server);
        body.Append(
            CultureInfo.InvariantCulture,
            $"<rect class=\"{kind}\" x=\"{BarLeft}\" y=\"{y}\" width=\"{result.Median * scale:0.0}\" height=\"{BarHeight}\"/>\n");
        body.Append(
            CultureInfo.InvariantCulture,
            $"<line x1=\"{BarLeft + (result.Lowest * scale):0.0}\" y1=\"{middle}\" x2=\"{BarLeft + (result.Highest * scale):0.0}\" y2=\"{middle}\"/>\n");
        string ratio = result.Ratio is { } value ? string.Create(CultureInfo.InvariantCulture, $" ({value:0.00} × gdnsd)") : "";
        Text(body, BarRight + 10, y + 14, "value", string.Create(CultureInfo.InvariantCulture, $"{result.Median:#,0.##}{ratio}"));
    }

    private static void Text(StringBuilder body, int x, int y, string kind, string text) => body.Append(
        CultureInfo.InvariantCulture, $"<text class=\"{kind}\" x=\"{x}\" y=\"{y}\">{SecurityElement.Escape(text)}</text>\n");
}

using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;
using Meridian.Engine.Geo;

namespace Meridian.Control.Diffing;

/// <summary>A diff as a world map in SVG: one tile for each country, shaded by the part of its addresses that something changes for.</summary>
public static class DiffMap
{
    private const int Tile = 30;
    private const int Margin = 20;
    private const int Head = 64;
    private const int Foot = 56;

    private static readonly (ClientChangeKind Kind, string Words, int Red, int Green, int Blue)[] Kinds =
    [
        (ClientChangeKind.Conditions, "same answers, other conditions", 138, 143, 152),
        (ClientChangeKind.Other, "other answers", 37, 99, 180),
        (ClientChangeKind.Fewer, "fewer answers", 214, 134, 20),
        (ClientChangeKind.None, "no answer any more", 190, 30, 45),
    ];

    /// <summary>Draws all names together: each country by the name that changes most there, and by the worst that becomes of it.</summary>
    /// <param name="changes">Of steered names.</param>
    /// <param name="views">Of who sees which zone: told of in the heading, because networks inside are in no country.</param>
    public static string ToSvg(ImmutableArray<NameChange> changes, ImmutableArray<ViewChange> views)
    {
        int width = (CountryGrid.Width * Tile) + (2 * Margin);
        int height = (CountryGrid.Height * Tile) + Head + Foot;
        StringBuilder svg = new();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\">\n");
        svg.Append("<style>text{font:11px ui-sans-serif,system-ui,Helvetica,Arial,sans-serif;text-anchor:middle}.h{font-size:17px;font-weight:600;text-anchor:start;fill:#1c2733}.s{font-size:12px;text-anchor:start;fill:#54616d}</style>\n");
        svg.Append("<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
        double share = changes.Select(name => name.Changes.Sum(change => change.ShareOfIPv4)).DefaultIfEmpty(0).Max();
        double shareOfIPv6 = changes.Select(name => name.Changes.Sum(change => change.ShareOfIPv6)).DefaultIfEmpty(0).Max();
        string what = changes.IsEmpty ? "No client gets another steered answer" : string.Create(CultureInfo.InvariantCulture, $"What changes for clients: {changes.Length} record sets, up to {share:0.##%} of IPv4, {shareOfIPv6:0.##%} of IPv6");
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"h\" x=\"{Margin}\" y=\"30\">{what}</text>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"s\" x=\"{Margin}\" y=\"49\">{Encode(NamesOf(changes, views))}</text>\n");
        foreach ((string code, (int column, int row)) in CountryGrid.Tiles.OrderBy(tile => tile.Value.Row).ThenBy(tile => tile.Value.Column))
        {
            DrawTile(svg, code, Margin + (column * Tile), Head + (row * Tile), changes);
        }
        DrawLegend(svg, height - Foot + 22);
        return svg.Append("</svg>\n").ToString();
    }

    private static void DrawTile(StringBuilder svg, string code, int x, int y, ImmutableArray<NameChange> changes)
    {
        List<string> lines = [];
        double most = 0;
        ClientChangeKind worst = ClientChangeKind.Conditions;
        foreach (NameChange name in changes)
        {
            double share = 0;
            foreach (ClientChange change in name.Changes)
            {
                double part = change.Countries.FirstOrDefault(country => country.Country == code)?.Share ?? 0;
                share += part;
                worst = part > 0 && change.Kind > worst ? change.Kind : worst;
            }
            if (share > 0)
            {
                lines.Add(string.Create(CultureInfo.InvariantCulture, $"{name.Name} {share:0.#%}"));
            }
            most = Math.Max(most, share);
        }
        string country = CountryTable.TryFind(code, out Country found) ? found.Name : code;
        svg.Append(CultureInfo.InvariantCulture, $"<g><title>{Encode($"{country}\n{(lines.Count == 0 ? "nothing changes" : string.Join('\n', lines.Take(12)))}")}</title>");
        svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{x}\" y=\"{y}\" width=\"{Tile - 2}\" height=\"{Tile - 2}\" rx=\"3\" fill=\"{ColourOf(worst, most)}\"/>");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x + (Tile / 2) - 1}\" y=\"{y + (Tile / 2) + 3}\" fill=\"{(most > 0.55 ? "#fff" : "#1c2733")}\">{code}</text></g>\n");
    }

    private static void DrawLegend(StringBuilder svg, int y)
    {
        int x = Margin;
        foreach ((ClientChangeKind kind, string words, _, _, _) in Kinds)
        {
            for (int step = 1; step <= 4; step++)
            {
                svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{x + ((step - 1) * 14)}\" y=\"{y - 10}\" width=\"13\" height=\"13\" fill=\"{ColourOf(kind, step / 4.0)}\"/>");
            }
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"s\" x=\"{x + 62}\" y=\"{y}\">{words}</text>\n");
            x += 62 + (words.Length * 7) + 18;
        }
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"s\" x=\"{Margin}\" y=\"{y + 22}\">The darker, the more of the country's IPv4 addresses. Each country is one tile, near its place on a map.</text>\n");
    }

    private static string NamesOf(ImmutableArray<NameChange> changes, ImmutableArray<ViewChange> views)
    {
        const int Shown = 6;
        string names = string.Join(", ", changes.Take(Shown).Select(name => name.Name));
        names = changes.Length > Shown ? $"{names} and {changes.Length - Shown} more" : names;
        string[] zones = [.. views.SelectMany(view => view.Zones).Select(zone => zone.Name).Distinct(StringComparer.Ordinal)];
        return views.IsEmpty ? names
            : $"{names}{(names.Length > 0 ? "; " : "")}not on the map: some clients see other zones of {string.Join(", ", zones.Take(Shown))}{(zones.Length > Shown ? " and others" : "")}";
    }

    private static string ColourOf(ClientChangeKind kind, double share)
    {
        if (share <= 0)
        {
            return "#eceff2";
        }
        (_, _, int red, int green, int blue) = Kinds.First(found => found.Kind == kind);
        // A little of a country is to be seen too.
        double depth = 0.25 + (0.75 * Math.Min(1, share));
        return string.Create(CultureInfo.InvariantCulture, $"rgb({Mix(red, depth)},{Mix(green, depth)},{Mix(blue, depth)})");
    }

    private static int Mix(int colour, double depth) => (int)Math.Round(255 + ((colour - 255) * depth));

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}

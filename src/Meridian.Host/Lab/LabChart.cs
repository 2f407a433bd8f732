using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Meridian.Host.Lab;

/// <summary>Lines over seconds from the event, as SVG.</summary>
internal static class LabChart
{
    private const int Width = 460;
    private const int Height = 150;
    private const int Left = 44;
    private const int Bottom = 34;

    // So many marks of time fit beside each other.
    private const int TicksMax = 8;

    private static readonly int[] Steps = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 1_800, 3_600];

    /// <summary>Appends a chart.</summary>
    /// <param name="html">The page.</param>
    /// <param name="top">The value at its upper edge; 1 stands for 100 %.</param>
    /// <param name="from">Seconds from the event to its left edge; 0 or below.</param>
    /// <param name="lines">By their class in the style sheet; a value for each second.</param>
    public static void Append(StringBuilder html, double top, int from, params (string Class, ImmutableArray<double> Values)[] lines)
    {
        int seconds = Math.Max(2, lines.Max(line => line.Values.Length));
        html.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 -6 {Width} {Height + Bottom + 6}\" role=\"img\">");
        foreach (double part in new[] { 0, 0.5, 1 })
        {
            double y = Height * (1 - part);
            html.Append(CultureInfo.InvariantCulture, $"<line class=\"axis\" x1=\"{Left}\" y1=\"{y:0.#}\" x2=\"{Width}\" y2=\"{y:0.#}\"/><text x=\"{Left - 6}\" y=\"{y + 4:0.#}\" text-anchor=\"end\">{Label(top, part)}</text>");
        }
        int step = Steps.FirstOrDefault(step => seconds / step <= TicksMax, Steps[^1]);
        for (int second = from / step * step; second < from + seconds; second += step)
        {
            double x = X(second - from, seconds);
            html.Append(CultureInfo.InvariantCulture, $"<line class=\"axis\" x1=\"{x:0.#}\" y1=\"{Height}\" x2=\"{x:0.#}\" y2=\"{Height + 4}\"/><text x=\"{x:0.#}\" y=\"{Height + 16}\" text-anchor=\"{Anchor(x)}\">{second}</text>");
        }
        double zero = X(-from, seconds);
        html.Append(CultureInfo.InvariantCulture, $"<line class=\"event\" x1=\"{zero:0.#}\" y1=\"0\" x2=\"{zero:0.#}\" y2=\"{Height}\"/><text x=\"{Width}\" y=\"{Height + 30}\" text-anchor=\"end\">seconds from the event</text>");
        foreach ((string name, ImmutableArray<double> values) in lines)
        {
            IEnumerable<string> points = values.Select((value, index) => string.Create(
                CultureInfo.InvariantCulture, $"{X(index, seconds):0.#},{Height * (1 - Math.Clamp(value / top, 0, 1)):0.#}"));
            html.Append(CultureInfo.InvariantCulture, $"<polyline class=\"{name}\" points=\"{string.Join(' ', points)}\"/>");
        }
        html.Append("</svg>");
    }

    private static double X(int index, int seconds) => Left + ((Width - Left) * (double)index / (seconds - 1));

    private static string Anchor(double x) => x > Width - 12 ? "end" : "middle";

    private static string Label(double top, double part) => top == 1
        ? part.ToString("P0", CultureInfo.InvariantCulture)
        : (top * part).ToString(top < 10 ? "0.#" : "0", CultureInfo.InvariantCulture);
}

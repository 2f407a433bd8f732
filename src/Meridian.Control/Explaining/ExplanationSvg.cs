using System.Globalization;
using System.Net;
using System.Text;

namespace Meridian.Control.Explaining;

/// <summary>An explanation drawn from left to right: each box is a step, and stands to the right of what it is a part of.</summary>
internal sealed class ExplanationSvg
{
    private const int BoxWidth = 330;
    private const int Gap = 34;
    private const int RowGap = 10;
    private const int LineHeight = 15;
    private const int Padding = 8;
    private const int Margin = 16;

    /// <summary>Characters that fit into a line of a box, in the font that is asked for.</summary>
    private const int LineLength = 52;

    /// <summary>The same in bold.</summary>
    private const int TitleLength = 42;

    private readonly StringBuilder _boxes = new();
    private int _width;

    private ExplanationSvg()
    {
    }

    public static string Write(ExplanationTree tree)
    {
        ExplanationSvg drawing = new();
        int height = drawing.Draw(tree, 0, Margin, out _) + Margin;
        StringBuilder svg = new();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{drawing._width + Margin}\" height=\"{height}\" viewBox=\"0 0 {drawing._width + Margin} {height}\" role=\"img\">\n");
        svg.Append("<title>").Append(WebUtility.HtmlEncode(tree.Title)).Append("</title>\n");
        svg.Append("<style>text{font:11.5px ui-sans-serif,system-ui,Helvetica,Arial,sans-serif;fill:#1c2733}.t{font-weight:600}.l{fill:none;stroke:#9aa7b4;stroke-width:1.2}rect{stroke-width:1.2}.plain{fill:#f5f7f9;stroke:#b4bec8}.good{fill:#e7f5ea;stroke:#4d9b63}.bad{fill:#fbeaea;stroke:#c25b5b}.answer{fill:#e6f0fb;stroke:#3d78b8}</style>\n");
        svg.Append("<rect width=\"100%\" height=\"100%\" style=\"fill:#fff\"/>\n");
        return svg.Append(drawing._boxes).Append("</svg>\n").ToString();
    }

    /// <summary>Draws a box and what belongs to it; returns where the next one below can begin.</summary>
    private int Draw(ExplanationTree tree, int depth, int top, out int middle)
    {
        string[] title = [.. Wrap(tree.Title, TitleLength)];
        string[] lines = [.. tree.Lines.SelectMany(line => Wrap(line, LineLength))];
        int left = Margin + (depth * (BoxWidth + Gap));
        int height = ((title.Length + lines.Length) * LineHeight) + (2 * Padding) - 3;
        middle = top + (height / 2);
        _width = Math.Max(_width, left + BoxWidth);
        string tone = tree.Tone.ToString().ToLowerInvariant();
        _boxes.Append(CultureInfo.InvariantCulture, $"<rect class=\"{tone}\" x=\"{left}\" y=\"{top}\" width=\"{BoxWidth}\" height=\"{height}\" rx=\"5\"/>\n");
        int baseline = top + Padding + 10;
        foreach ((string line, int i) in title.Concat(lines).Select((line, i) => (line, i)))
        {
            _boxes.Append(CultureInfo.InvariantCulture, $"<text{(i < title.Length ? " class=\"t\"" : "")} x=\"{left + Padding}\" y=\"{baseline + (i * LineHeight)}\">{WebUtility.HtmlEncode(line)}</text>\n");
        }
        int next = top;
        foreach (ExplanationTree child in tree.Children)
        {
            next = Draw(child, depth + 1, next, out int childMiddle) + RowGap;
            int from = left + BoxWidth;
            int to = from + Gap;
            _boxes.Append(CultureInfo.InvariantCulture, $"<path class=\"l\" d=\"M{from} {middle}H{from + (Gap / 2)}V{childMiddle}H{to}\"/>\n");
        }
        return Math.Max(top + height, tree.Children.IsEmpty ? 0 : next - RowGap);
    }

    private static IEnumerable<string> Wrap(string text, int length)
    {
        while (text.Length > length)
        {
            int space = text.LastIndexOf(' ', length);
            int end = space > length / 2 ? space : length;
            yield return text[..end];
            text = text[end..].TrimStart();
        }
        yield return text;
    }
}

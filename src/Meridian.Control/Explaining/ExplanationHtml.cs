using System.Net;
using System.Text;

namespace Meridian.Control.Explaining;

/// <summary>An explanation as one page that needs nothing else: the tree to fold, and the drawing.</summary>
internal static class ExplanationHtml
{
    public static string Write(ExplanationTree tree)
    {
        StringBuilder html = new();
        html.Append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>").Append(Encode($"{tree.Title}, explained")).Append("</title>\n");
        html.Append("<style>body{font:14px/1.45 system-ui,sans-serif;margin:2em;color:#1c2733}h1{font-size:1.3em}h2{font-size:1.1em;margin-top:2em}ul{list-style:none;padding-left:1.2em;border-left:1px solid #d5dce2}.good>summary,.good{color:#1f6b36}.bad>summary,.bad{color:#a03030}.answer{color:#1d5893}summary{cursor:pointer}small{display:block;color:#54616d;margin-left:1.1em}.drawing{overflow:auto;border:1px solid #d5dce2}</style></head>\n<body>\n");
        html.Append("<h1>").Append(Encode(tree.Title)).Append("</h1>\n");
        foreach (string line in tree.Lines)
        {
            html.Append("<div>").Append(Encode(line)).Append("</div>\n");
        }
        html.Append("<h2>Step by step</h2>\n<ul>\n");
        foreach (ExplanationTree step in tree.Children)
        {
            WriteStep(html, step);
        }
        html.Append("</ul>\n<h2>Drawn</h2>\n<div class=\"drawing\">\n").Append(ExplanationSvg.Write(tree)).Append("</div>\n</body></html>\n");
        return html.ToString();
    }

    private static void WriteStep(StringBuilder html, ExplanationTree step)
    {
        string tone = step.Tone.ToString().ToLowerInvariant();
        string title = Encode(step.Title);
        html.Append(step.Children.IsEmpty ? $"<li class=\"{tone}\">{title}" : $"<li><details open class=\"{tone}\"><summary>{title}</summary>");
        foreach (string line in step.Lines)
        {
            html.Append("<small>").Append(Encode(line)).Append("</small>");
        }
        if (!step.Children.IsEmpty)
        {
            html.Append("<ul>\n");
            foreach (ExplanationTree child in step.Children)
            {
                WriteStep(html, child);
            }
            html.Append("</ul></details>");
        }
        html.Append("</li>\n");
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}

namespace Meridian.Control.Http;

/// <summary>An explanation in all of its forms, or the reason why there is none.</summary>
public sealed record ExplainReply
{
    private ExplainReply()
    {
    }

    /// <summary>The decision with its steps as a JSON document.</summary>
    public string Json { get; private init; } = "";

    /// <summary>The same as indented text for a terminal.</summary>
    public string Text { get; private init; } = "";

    /// <summary>The same as a tree drawn in SVG.</summary>
    public string Svg { get; private init; } = "";

    /// <summary>The same as a page: the drawing, and the tree to fold and unfold.</summary>
    public string Html { get; private init; } = "";

    /// <summary>What is wrong with the request; null when it was explained.</summary>
    public string? Problem { get; private init; }

    public static ExplainReply Explained(string json, string text, string svg = "", string html = "") =>
        new() { Json = json, Text = text, Svg = svg, Html = html };

    public static ExplainReply Refused(string problem) => new() { Problem = problem };
}

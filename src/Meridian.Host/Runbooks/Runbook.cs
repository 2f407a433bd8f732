using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Meridian.Host.Runbooks;

/// <summary>A runbook: a Markdown file whose numbered steps name commands in backticks.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Steps">In order.</param>
internal sealed partial record Runbook(string Title, ImmutableArray<RunbookStep> Steps)
{
    /// <summary>Reads one.</summary>
    public static Runbook Parse(string markdown)
    {
        string title = "";
        List<(int Number, List<string> Lines)> steps = [];
        foreach (string line in markdown.Split('\n'))
        {
            if (title.Length == 0 && line.StartsWith("# ", StringComparison.Ordinal))
            {
                title = line[2..].Trim();
            }
            else if (Numbered().Match(line) is { Success: true } found)
            {
                steps.Add((int.Parse(found.Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture), [found.Groups[2].Value]));
            }
            else if (steps.Count > 0 && line.StartsWith(' '))
            {
                steps[^1].Lines.Add(line.Trim());
            }
        }
        return new Runbook(title, [.. steps.Select(step => RunbookStep.Parse(step.Number, string.Join(' ', step.Lines)))]);
    }

    [GeneratedRegex(@"^([0-9]{1,2})\. +(.*)$")]
    private static partial Regex Numbered();
}

/// <summary>One step.</summary>
/// <param name="Number">As it is numbered.</param>
/// <param name="Title">What stands in bold, or its first sentence.</param>
/// <param name="Commands">The commands of the product in it, without its name.</param>
internal sealed partial record RunbookStep(int Number, string Title, ImmutableArray<string> Commands)
{
    private const string Product = "meridian ";

    internal static RunbookStep Parse(int number, string text)
    {
        Match bold = Bold().Match(text);
        string title = bold.Success ? bold.Groups[1].Value : text.Split(". ")[0];
        return new RunbookStep(
            number,
            title.TrimEnd('.'),
            [
                .. Code().Matches(text).Select(code => code.Groups[1].Value.Trim())
                    .Where(code => code.StartsWith(Product, StringComparison.Ordinal)).Select(code => code[Product.Length..].Trim()),
            ]);
    }

    [GeneratedRegex(@"\*\*(.+?)\*\*")]
    private static partial Regex Bold();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();
}

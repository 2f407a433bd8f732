using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Meridian.Control.Configuration.Reading.Values;

/// <summary>A text, optionally of a given form.</summary>
/// <param name="description">What it is.</param>
/// <param name="example">A valid text.</param>
/// <param name="form">What it must match as a whole; null for any text but an empty one.</param>
internal sealed class TextValue(string description, string example, Regex? form = null) : ScalarReader<string?>
{
    public override string Description => description;

    public override string Example => example;

    protected override bool TryParse(
        ReadContext context, string text, [MaybeNullWhen(false)] out string? value, out ReadProblem problem)
    {
        value = text;
        problem = default;
        return form is null ? text.Length > 0 : form.IsMatch(text);
    }
}

using System.Diagnostics.CodeAnalysis;

namespace Meridian.Control.Configuration.Reading.Values;

/// <summary>The name of something that is defined elsewhere in the documents.</summary>
internal sealed class ReferenceValue(NameKind kind) : ScalarReader<string?>
{
    private readonly string _word = WordOf(kind);

    public override string Description => $"the name of a {_word}";

    public override string Example => kind is NameKind.Site or NameKind.VantagePoint ? "eu" : "web";

    protected override bool TryParse(
        ReadContext context, string text, [MaybeNullWhen(false)] out string? value, out ReadProblem problem)
    {
        value = text;
        bool isKnown = context.Names.Contains(kind, text) || !context.Names.IsComplete;
        problem = isKnown ? default : Explain(context, text);
        return isKnown;
    }

    private static string WordOf(NameKind kind) => kind == NameKind.VantagePoint ? "vantage point" : kind.ToString().ToLowerInvariant();

    private ReadProblem Explain(ReadContext context, string name)
    {
        // The exact name of something else says more than the nearest name of the right kind.
        foreach (NameKind other in Enum.GetValues<NameKind>())
        {
            if (context.Names.Contains(other, name))
            {
                return new ReadProblem($"'{name}' is a {WordOf(other)}; expected {Description}");
            }
        }
        return new ReadProblem($"there is no {_word} '{name}'", context.Nearest(name, context.Names.Of(kind).Keys));
    }
}

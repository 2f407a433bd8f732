using System.Collections.Immutable;

namespace Meridian.Control.Configuration.Reading.Values;

/// <summary>One of a few words.</summary>
/// <param name="choices">The words and what each means, in the order of the documentation.</param>
/// <param name="notYetSupported">Words of the design that this version does not know how to do.</param>
internal sealed class ChoiceValue<T>(
    ImmutableArray<(string Word, T Value)> choices, params ImmutableArray<string> notYetSupported)
    : ScalarReader<T>
    where T : struct
{
    public override string Description => choices.Length == 1
        ? $"'{choices[0].Word}'"
        : $"one of {string.Join(", ", choices.Select(choice => choice.Word))}";

    public override string Example => choices[0].Word;

    public override string Format(T value) => choices.First(choice => choice.Value.Equals(value)).Word;

    protected override bool TryParse(ReadContext context, string text, out T value, out ReadProblem problem)
    {
        foreach ((string word, T meaning) in choices)
        {
            if (word == text)
            {
                value = meaning;
                problem = default;
                return true;
            }
        }
        value = default;
        problem = notYetSupported.Contains(text)
            ? new ReadProblem($"'{text}' is not supported by this version yet; expected {Description}")
            : new ReadProblem(null, context.Nearest(text, choices.Select(choice => choice.Word)));
        return false;
    }
}

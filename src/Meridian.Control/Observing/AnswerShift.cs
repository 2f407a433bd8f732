using System.Globalization;

namespace Meridian.Control.Observing;

/// <summary>How often each answer is given before a change and after it.</summary>
internal sealed class AnswerShift
{
    private const int Shown = 4;

    private readonly Dictionary<uint, (double Before, double After, string Text)> _answers = [];
    private double _parts;

    public void Add(ProbedAnswer[] before, ProbedAnswer[] after)
    {
        foreach (ProbedAnswer answer in before)
        {
            Add(answer.Identity, 1.0 / before.Length, 0, Text(answer));
        }
        foreach (ProbedAnswer answer in after)
        {
            Add(answer.Identity, 0, 1.0 / after.Length, Text(answer));
        }
        _parts++;
    }

    public void Add(AnswerShift other)
    {
        foreach ((uint identity, (double before, double after, string text)) in other._answers)
        {
            Add(identity, before, after, text);
        }
        _parts += other._parts;
    }

    /// <summary>Whether some answer is given clearly less often.</summary>
    public bool HasMoved(double noise) => _answers.Keys.Any(identity => identity != 0 && PartOf(identity, noise) > 0);

    /// <summary>The part of the caches with an answer that has to let go of it, for shares to become what they are to be.</summary>
    public double PartOf(uint identity, double noise)
    {
        if (!_answers.TryGetValue(identity, out (double Before, double After, string Text) found) || found.Before <= 0)
        {
            // What nobody was told any more before the change is not taken away by it.
            return 0;
        }
        double part = 1 - (found.After / found.Before);
        return part > noise ? part : 0;
    }

    /// <summary>In words: the answers whose shares change most.</summary>
    public string Describe() => string.Join(", ", _answers.Values
        .OrderByDescending(answer => Math.Abs(answer.After - answer.Before)).Take(Shown)
        .Select(answer => string.Create(CultureInfo.InvariantCulture, $"{answer.Text} {answer.Before / _parts:P0} → {answer.After / _parts:P0}")));

    private static string Text(ProbedAnswer answer) => answer.Targets.IsEmpty ? "nothing" : string.Join('+', answer.Targets);

    private void Add(uint identity, double before, double after, string text)
    {
        (double was, double becomes, string known) = _answers.GetValueOrDefault(identity, (0, 0, text));
        _answers[identity] = (was + before, becomes + after, known);
    }
}

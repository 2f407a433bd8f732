using System.Collections.Immutable;
using Meridian.Engine.Explaining;

namespace Meridian.Control.Explaining;

/// <summary>How a box of a drawing looks.</summary>
internal enum TreeTone
{
    /// <summary>Says something.</summary>
    Plain,

    /// <summary>Was chosen, or may be answered.</summary>
    Good,

    /// <summary>Was passed over.</summary>
    Bad,

    /// <summary>What came out.</summary>
    Answer,
}

/// <summary>An explanation as a tree of boxes, for drawing.</summary>
/// <param name="Title">In bold.</param>
/// <param name="Lines">Reason and evidence.</param>
/// <param name="Tone">How it looks.</param>
/// <param name="Children">What it consists of.</param>
internal sealed record ExplanationTree(string Title, ImmutableArray<string> Lines, TreeTone Tone, ImmutableArray<ExplanationTree> Children)
{
    /// <summary>Children of one box that are drawn; a pool of hundreds would be a drawing of nothing else.</summary>
    private const int ChildrenDrawn = 24;

    public static ExplanationTree Of(Explanation explanation, IMemberEvidence evidence)
    {
        string[] head = [.. ExplanationText.HeadOf(explanation)];
        ExplanationTree answer = new(
            ExplanationText.AnswerOf(explanation), [.. explanation.Records.Select(record => record.Record)], TreeTone.Answer, []);
        return new ExplanationTree(
            head[0], [.. head.Skip(1)], TreeTone.Plain, [.. explanation.Report.Steps.Select(step => Of(step, "", evidence)), answer]);
    }

    private static ExplanationTree Of(DecisionStep step, string pool, IMemberEvidence evidence)
    {
        IEnumerable<string> why = step.Kind == DecisionStepKind.Member ? evidence.Of(pool, step.Subject) : [];
        string owner = step.Kind == DecisionStepKind.Pool ? step.Subject : pool;
        ImmutableArray<ExplanationTree> children = [.. step.Children.Take(ChildrenDrawn).Select(child => Of(child, owner, evidence))];
        int more = step.Children.Length - children.Length;
        return new ExplanationTree(
            ExplanationText.Title(step),
            [.. step.Reason.Length > 0 ? [step.Reason] : Array.Empty<string>(), .. why],
            ToneOf(step),
            more > 0 ? children.Add(new ExplanationTree($"and {more} more", [], TreeTone.Plain, [])) : children);
    }

    private static TreeTone ToneOf(DecisionStep step) => step switch
    {
        { Kind: DecisionStepKind.Answer } => TreeTone.Answer,
        { Outcome: "found" or "up" or "forced up" or "drawn" or "chosen" } => TreeTone.Good,
        { Outcome: "unavailable" or "blocked" or "down" or "forced down" or "draining" or "unknown" } => TreeTone.Bad,
        _ => TreeTone.Plain,
    };
}

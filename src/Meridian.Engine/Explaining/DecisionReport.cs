using System.Collections.Immutable;
using Meridian.Engine.Answering;
using Meridian.Engine.Snapshot;

namespace Meridian.Engine.Explaining;

/// <summary>Why a query got its answer: every step that the answering code took, in order.</summary>
/// <param name="Revision">The configuration that answered.</param>
/// <param name="Result">The outcome, with response code and length.</param>
/// <param name="Steps">Look-ups, rotations and decisions in the order they happened.</param>
public sealed record DecisionReport(RevisionInfo Revision, AnswerResult Result, ImmutableArray<DecisionStep> Steps);

/// <summary>One step of a decision.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Subject">What it happened to: a name, a node, a pool, a member.</param>
/// <param name="Outcome">How it ended: <c>found</c>, <c>unavailable</c>, <c>chosen</c> and so on.</param>
/// <param name="Reason">Why, as a sentence; empty when the outcome says it all.</param>
/// <param name="Children">What happened within it.</param>
public sealed record DecisionStep(
    DecisionStepKind Kind, string Subject, string Outcome, string Reason, ImmutableArray<DecisionStep> Children);

/// <summary>What a step is about.</summary>
public enum DecisionStepKind
{
    /// <summary>While a change is staged: which side of it this client is on.</summary>
    Stage,

    /// <summary>Where zones have views: which of them the client is in.</summary>
    View,
    Lookup,
    Rotation,

    /// <summary>What is known of the target of an alias.</summary>
    Alias,
    Policy,

    /// <summary>Where the client is, and what the policy tells apart there.</summary>
    Place,

    /// <summary>The tree is evaluated; more than once when nothing was available at first.</summary>
    Evaluation,
    Node,

    /// <summary>One child in an order by distance or latency.</summary>
    Rank,
    Draw,
    Pool,
    Member,

    /// <summary>The members that were put into the answer.</summary>
    Answer,
    Ttl,
    Scope,
}

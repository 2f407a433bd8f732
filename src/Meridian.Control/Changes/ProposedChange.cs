using System.Collections.Immutable;
using Meridian.Control.Access;
using Meridian.Control.ChangeLog;

namespace Meridian.Control.Changes;

/// <summary>What somebody wants to become a revision.</summary>
public sealed record ProposedChange
{
    /// <summary>No document twice. Bodies need not be canonical: they are made so before they are stored.</summary>
    public required ImmutableArray<DocumentChange> Changes { get; init; }

    /// <summary>What the author read and relies on; a document that has another version by now is a conflict.</summary>
    public ImmutableArray<Precondition> Preconditions { get; init; } = [];

    /// <summary>Who: the name of a token, a user, a TSIG key.</summary>
    public required string Author { get; init; }

    /// <summary>The zones that the author may read; an alias must not lead into a private one that is not among them.</summary>
    public ZoneScope Reads { get; init; } = ZoneScope.All;

    /// <summary>By which door; decides with the zones' <c>owners</c> what may be written.</summary>
    public required ChangeOrigin Origin { get; init; }

    /// <summary>What is done, in the author's words.</summary>
    public required string Message { get; init; }

    /// <summary>Overrules the guard, and is kept with the revision; null leaves the guard its word.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether the guard is asked; a door whose guard is off does not ask it, and nobody has to give a reason there.</summary>
    public bool IsGuarded { get; init; } = true;

    /// <summary>
    /// <see cref="ChangePlan.Hash"/> of the plan that the author saw: when it is not this change on this configuration any more,
    /// nothing is applied. Null applies whatever the plan would be.
    /// </summary>
    public string? PlanHash { get; init; }

    /// <summary>Everything is checked and planned, nothing is applied.</summary>
    public bool DryRun { get; init; }

    /// <summary>
    /// What the client asked for, where <see cref="Changes"/> were worked out from it and from what there is: a whole
    /// configuration, masked secrets. A repetition is told by it. Null when they are what was asked for.
    /// </summary>
    public ImmutableArray<DocumentChange>? Asked { get; init; }

    /// <inheritdoc cref="ChangeSet.IdempotencyKey"/>
    public string? IdempotencyKey { get; init; }
}

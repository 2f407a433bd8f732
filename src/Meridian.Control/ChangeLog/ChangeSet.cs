using System.Collections.Immutable;

namespace Meridian.Control.ChangeLog;

/// <summary>Changes that become one <see cref="Revision"/>, all of them or none.</summary>
public sealed record ChangeSet
{
    /// <summary>In the order in which they are recorded; no document twice; at least one.</summary>
    public required ImmutableArray<DocumentChange> Changes { get; init; }

    /// <summary>All must hold, or the set is a conflict and nothing of it is applied.</summary>
    public ImmutableArray<Precondition> Preconditions { get; init; } = [];

    /// <summary>Who: the name of a token, a user, a TSIG key.</summary>
    public required string Author { get; init; }

    /// <summary>By which door.</summary>
    public required ChangeOrigin Origin { get; init; }

    /// <summary>What was done, in the author's words.</summary>
    public required string Message { get; init; }

    /// <summary>Why a guard's refusal was overruled; null when none was.</summary>
    public string? Reason { get; init; }

    /// <summary>
    /// Chosen by the client, the same for each repetition of one request: however often a set comes with it, it is applied
    /// once, and every repetition is told the revision of the first. Remembered for as long as that revision is.
    /// </summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>
    /// <see cref="LogHash.OfRequest(ImmutableArray{DocumentChange})"/> of what the client asked for, where the set is what became of it: a repetition is
    /// told by that. Null when the set is what was asked for.
    /// </summary>
    internal ContentHash? Request { get; init; }

    /// <summary>
    /// The set is applied directly after this, or not at all (<see cref="AppendResult.Moved"/>): whoever checks a set while the one
    /// before it is still being written knows by it that there is nothing between. Null applies it after whatever there is.
    /// </summary>
    public AppendPlace? After { get; init; }

    /// <summary>What another set can name this one by, in its <see cref="After"/>; null when none does.</summary>
    public AppendTicket? Ticket { get; init; }
}

using System.Collections.Immutable;
using System.Text.Json;

namespace Meridian.Client.Wire;

/// <summary>One accepted change set.</summary>
public sealed record Revision
{
    /// <summary>Grows by one from change to change.</summary>
    public required long Number { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Who: the name of a token, a user, a key.</summary>
    public required string Author { get; init; }

    /// <summary>By which door: <c>api</c>, <c>cli</c>, <c>update</c>, <c>route53</c>, <c>file</c>, <c>rollback</c>.</summary>
    public required string Origin { get; init; }

    /// <summary>What was done, in the author's words.</summary>
    public required string Message { get; init; }

    /// <summary>Why a guard's refusal was overruled.</summary>
    public string? Reason { get; init; }

    /// <summary>How many documents it wrote or deleted.</summary>
    public required int ChangeCount { get; init; }

    /// <summary>Over this revision and the one before it, so that no part of history can be altered unseen; hexadecimal.</summary>
    public required string Hash { get; init; }
}

/// <summary>A page of history, newest first.</summary>
/// <param name="Items">The revisions.</param>
/// <param name="Next">The cursor of the next page; null on the last.</param>
public sealed record RevisionPage(ImmutableArray<Revision> Items, string? Next);

/// <summary>A revision with what it changed.</summary>
/// <param name="Revision">Who, when, why.</param>
/// <param name="Changes">Each document, as it was and as it is.</param>
public sealed record RevisionDetail(Revision Revision, ImmutableArray<DocumentDifference> Changes);

/// <summary>What became of one document.</summary>
/// <param name="Kind">The document's kind.</param>
/// <param name="Name">The document's name.</param>
/// <param name="Before">As it was; null when it was not there.</param>
/// <param name="After">As it is; null when it is gone.</param>
public sealed record DocumentDifference(string Kind, string Name, JsonElement? Before, JsonElement? After);

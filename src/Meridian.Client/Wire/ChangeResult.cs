using System.Collections.Immutable;

namespace Meridian.Client.Wire;

/// <summary>What became of a change that was not refused.</summary>
public sealed record ChangeResult
{
    /// <summary>The revision that it became; null for a dry run, and when everything was so already.</summary>
    public Revision? Revision { get; init; }

    /// <summary>Everything was as proposed already.</summary>
    public bool Unchanged { get; init; }

    /// <summary>What it would do; for a dry run only.</summary>
    public Plan? Plan { get; init; }

    /// <summary>What probably does not do what was meant.</summary>
    public ImmutableArray<ProblemItem> Warnings { get; init; } = [];
}

/// <summary>A change that waits for somebody's word.</summary>
public sealed record PendingChange
{
    public required string Id { get; init; }

    /// <summary>What it waits for: <c>second-person</c>, or <c>guard</c> for what came from files and the guard refused.</summary>
    public required string Why { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string Author { get; init; }

    /// <summary>By which door it came.</summary>
    public required string Origin { get; init; }

    public required string Message { get; init; }

    public string? Reason { get; init; }

    public ImmutableArray<GuardFinding> Guard { get; init; } = [];

    /// <summary>Zones that ask for a second person's approval.</summary>
    public ImmutableArray<string> Zones { get; init; } = [];

    public required int ChangeCount { get; init; }
}

/// <summary>All changes that wait, oldest first.</summary>
public sealed record PendingList(ImmutableArray<PendingChange> Items);

/// <summary>A word on a change that waits, or on a return to an earlier revision.</summary>
public sealed record Decision
{
    /// <summary>Why; overrules the guard.</summary>
    public string? Reason { get; init; }

    /// <summary>What is done, in the author's words.</summary>
    public string? Message { get; init; }
}

/// <summary>The documents that differ between two revisions.</summary>
/// <param name="From">The one revision.</param>
/// <param name="To">The other.</param>
/// <param name="Changes">By kind and name.</param>
/// <param name="IsComplete">False when there are more than are shown.</param>
public sealed record RevisionDifference(long From, long To, ImmutableArray<DocumentDifference> Changes, bool IsComplete);

/// <summary>The members of a pool.</summary>
/// <param name="Items">In the pool's order, each as in YAML.</param>
public sealed record MemberList(ImmutableArray<System.Text.Json.JsonElement> Items);

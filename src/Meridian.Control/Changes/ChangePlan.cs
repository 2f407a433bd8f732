using System.Collections.Immutable;
using Meridian.Control.ChangeLog;
using Meridian.Control.Diffing;
using Meridian.Control.Linting;
using Meridian.Control.Observing;

namespace Meridian.Control.Changes;

/// <summary>What a change would do, before it does it.</summary>
public sealed record ChangePlan
{
    /// <summary>Names exactly this change on exactly this configuration; 64 lower-case hexadecimal digits.</summary>
    public required string Hash { get; init; }

    /// <summary>The revision that it was made on; 0 before the first.</summary>
    public required long BaseRevision { get; init; }

    /// <summary>What changes in documents, records line by line; the first 2,000 of them.</summary>
    public required ImmutableArray<DocumentDiff> Documents { get; init; }

    /// <summary>Documents that change, listed or not.</summary>
    public int ChangeCount { get; init; }

    /// <summary>Which clients get other answers; empty when steering does not change.</summary>
    public ImmutableArray<NameChange> Clients { get; init; } = [];

    /// <summary>Findings of <c>lint</c> that there were not before.</summary>
    public ImmutableArray<LintFinding> NewFindings { get; init; } = [];

    /// <summary>What the guard has against it; with any, it takes a reason to apply.</summary>
    public ImmutableArray<GuardFinding> Guard { get; init; } = [];

    /// <summary>What the clients that were observed in the last hour would do; null when too little was observed to say.</summary>
    public WhatIfResult? Observed { get; init; }

    /// <summary>What the guard could not look at, and why; whole sentences without a full stop.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>How much of the client space each pool is the first choice for, before and after; only those that change.</summary>
    public ImmutableArray<CapacityEffect> Capacity { get; init; } = [];

    /// <summary>What probably does not do what was meant.</summary>
    public ImmutableArray<ChangeError> Warnings { get; init; } = [];

    /// <summary>Zones of it that ask for a second person's approval.</summary>
    public ImmutableArray<string> ZonesToApprove { get; init; } = [];
}

/// <summary>What changes in one document.</summary>
/// <param name="Key">Which one.</param>
/// <param name="Kind">Whether it comes, goes or changes.</param>
/// <param name="Lines">In the order of the document.</param>
public sealed record DocumentDiff(DocumentKey Key, DiffKind Kind, ImmutableArray<DiffLine> Lines);

/// <summary>Whether something comes, goes or changes.</summary>
public enum DiffKind
{
    Added,
    Removed,
    Changed,
}

/// <summary>One line of a diff.</summary>
/// <param name="IsAdded">Whether it is there afterwards; otherwise it was there before.</param>
/// <param name="Text">A record in zone file format, or a place in the document with its value.</param>
public sealed record DiffLine(bool IsAdded, string Text);

/// <summary>How much of the client space a pool answers with everything up, over all names together.</summary>
/// <param name="Pool">The pool.</param>
/// <param name="Site">Where it stands; null when it says nothing.</param>
/// <param name="Capacity">Of its site, in the operator's unit; null when it says nothing.</param>
/// <param name="Before">Share of the known IPv4 addresses, 0 to 1, averaged over the names that it can answer.</param>
/// <param name="After">The same afterwards.</param>
public sealed record CapacityEffect(string Pool, string? Site, double? Capacity, double Before, double After);

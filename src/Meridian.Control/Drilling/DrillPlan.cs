using System.Collections.Immutable;

namespace Meridian.Control.Drilling;

/// <summary>What is to be played.</summary>
/// <param name="Site">The site that fails.</param>
/// <param name="Share">For which part of the clients, by observed queries; above 0 to 1.</param>
/// <param name="For">How long, 10 s to 24 h.</param>
/// <param name="StopIf">Monitors that end it when a member that they check goes down.</param>
/// <param name="Author">Who plays it.</param>
/// <param name="At">When it begins; null at once.</param>
public sealed record DrillPlan(string Site, double Share, TimeSpan For, ImmutableArray<string> StopIf, string Author, DateTimeOffset? At)
{
    /// <summary>The game day that has it come; null when a person began it.</summary>
    public string? GameDay { get; init; }

    /// <summary>Whether it comes by itself: nobody need be there who sees that something is wrong, and ends it.</summary>
    internal bool IsUnattended => GameDay is not null || At is not null;

    /// <summary>Whether all of it is there, as of one that is read from a file may not be.</summary>
    internal bool IsWhole => Site is not null && Author is not null && !StopIf.IsDefault && StopIf.All(monitor => monitor is not null);

    private static readonly TimeSpan ForMin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ForMax = TimeSpan.FromHours(24);

    /// <summary>What is wrong with it whatever the configuration; null when nothing is.</summary>
    public string? Problem =>
        Share is <= 0 or > 1 || double.IsNaN(Share) ? "the share of the clients is above 0 % and up to 100 %"
        : For < ForMin || For > ForMax ? "a drill lasts 10s to 24h"
        : Author.Length == 0 ? "a drill says who plays it"
        : null;
}

/// <summary>A drill as it is, or was.</summary>
public sealed record DrillReport
{
    public required DrillPlan Plan { get; init; }

    /// <summary>When it began; null while it waits.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended; null while it runs or waits.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Why it ended.</summary>
    public string? Reason { get; init; }

    /// <summary>Members that are played to be down.</summary>
    public ImmutableArray<string> Members { get; init; } = [];

    /// <summary>What is left out, and why.</summary>
    public ImmutableArray<string> Spared { get; init; } = [];

    /// <summary>How much of the observed queries it takes; null before it began.</summary>
    public string? Takes { get; init; }

    /// <summary>What was expected of all clients together; null when nothing had been observed.</summary>
    public string? Forecast { get; init; }

    /// <summary>What happened meanwhile.</summary>
    public ImmutableArray<string> Events { get; init; } = [];

    /// <summary>Steps of a runbook that were walked through meanwhile.</summary>
    public ImmutableArray<string> Steps { get; init; } = [];

    /// <summary>How the clients of it moved: the measured way of the change, and of the way back.</summary>
    public ImmutableArray<string> Moves { get; init; } = [];

    /// <summary>Whether all of it is there, as of one that is read from a file may not be.</summary>
    internal bool IsWhole => Plan is { IsWhole: true }
        && !Members.IsDefault && !Spared.IsDefault && !Events.IsDefault && !Steps.IsDefault && !Moves.IsDefault;
}

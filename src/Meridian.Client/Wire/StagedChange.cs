using System.Collections.Immutable;

namespace Meridian.Client.Wire;

/// <summary>A change that is to meet the world in steps.</summary>
public sealed record NewStage
{
    /// <summary>What is changed.</summary>
    public required ChangeSet Change { get; init; }

    /// <summary>Percentages of the queries, each larger than the one before; a last one of 100 makes the change everybody's.</summary>
    public required ImmutableArray<double> Steps { get; init; }

    /// <summary>How long each step lasts, in seconds.</summary>
    public required double EverySeconds { get; init; }

    /// <summary>Monitors that take it back when they say down.</summary>
    public ImmutableArray<string> Guard { get; init; } = [];

    /// <summary>Whether the documents are the whole configuration, as for a replacement.</summary>
    public bool Replaces { get; init; }
}

/// <summary>A change that meets the world in steps, as it is now.</summary>
public sealed record StagedChange
{
    public required DateTimeOffset StartedAt { get; init; }

    public required string Author { get; init; }

    public required string Message { get; init; }

    public required ImmutableArray<double> Steps { get; init; }

    public required double EverySeconds { get; init; }

    public ImmutableArray<string> Guard { get; init; } = [];

    /// <summary>The percentage of the queries that is answered from it now.</summary>
    public required double Percent { get; init; }

    /// <summary>When the share grows next; null when only a promotion makes it.</summary>
    public DateTimeOffset? NextAt { get; init; }

    /// <summary>What it takes of the observed queries in words, where that is less than the percentage: a large network is not divided.</summary>
    public string? Shortfall { get; init; }
}

using System.Collections.Immutable;

namespace Meridian.Client.Wire;

/// <summary>A change that is to be made at a time, with the name's TTL lowered ahead and restored after.</summary>
public sealed record NewPlannedChange
{
    /// <summary>The name whose TTL is lowered ahead; with <c>@label</c> behind it, in the zone with that label.</summary>
    public required string Name { get; init; }

    /// <summary>When the change is made.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What is changed; no changes at all only lowers the TTL and restores it.</summary>
    public required ChangeSet Change { get; init; }

    /// <summary>Whether the documents are the whole configuration, as for a replacement.</summary>
    public bool Replaces { get; init; }

    /// <summary>The TTL around the change in seconds, 1 to 3,600.</summary>
    public uint LowTtlSeconds { get; init; } = 30;

    /// <summary>How much longer than their TTL caches keep answers, in seconds; null takes what was measured, or nothing.</summary>
    public double? TailSeconds { get; init; }

    /// <summary>How long the change is watched before the TTL is restored, in seconds; null takes twice the low TTL and the tail.</summary>
    public double? VerifySeconds { get; init; }

    /// <summary>Monitors that take the change back when they say down while it is watched.</summary>
    public ImmutableArray<string> Guard { get; init; } = [];

    /// <summary>Makes the change at its time even where caches may hold answers with the old TTL then.</summary>
    public bool Force { get; init; }
}

/// <summary>A planned change as it is now.</summary>
public sealed record PlannedChange
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    /// <summary><c>waiting</c>, <c>lowered</c>, <c>changed</c>, <c>done</c>, <c>cancelled</c> or <c>failed</c>.</summary>
    public required string Step { get; init; }

    public required string Author { get; init; }

    public required string Message { get; init; }

    /// <summary>When the change is wanted.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>When the TTL is lowered, or was.</summary>
    public required DateTimeOffset LowerAt { get; init; }

    /// <summary>When the change can be made, or was; later than wanted when the TTL was lowered late.</summary>
    public required DateTimeOffset ChangeAt { get; init; }

    /// <summary>When the TTL is restored, or was.</summary>
    public required DateTimeOffset EndAt { get; init; }

    public required uint OldTtlSeconds { get; init; }

    public required uint LowTtlSeconds { get; init; }

    public required double TailSeconds { get; init; }

    public required bool IsForced { get; init; }

    /// <summary>How it ended, or what holds it up.</summary>
    public string Note { get; init; } = "";
}

/// <summary>Planned changes that are under way, and those that ended last; by their time.</summary>
public sealed record PlannedChangeList(ImmutableArray<PlannedChange> Planned);

using System.Collections.Immutable;
using Meridian.Dns.Names;

namespace Meridian.Control.Changes.Planned;

/// <summary>A change that somebody wants at a time, with caches ready for it.</summary>
public sealed record NewPlannedChange
{
    /// <summary>The name whose TTL is lowered ahead.</summary>
    public required DomainName Name { get; init; }

    /// <summary>
    /// The label of the zone whose records of the name are meant, where zones have one; null takes the zone that the change is about,
    /// and of several the one that everybody sees.
    /// </summary>
    public string? ZoneLabel { get; init; }

    /// <summary>When the change is made.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The change. Its reason overrules the guard, now and when it is made.</summary>
    public required ProposedChange Change { get; init; }

    /// <summary>The TTL around the change, 1 to 3,600 s.</summary>
    public uint LowTtlSeconds { get; init; } = 30;

    /// <summary>
    /// How much longer than their TTL caches keep answers, 0 s to 7 d: what clampers add. Null takes what was measured of the
    /// name, and nothing where nothing was.
    /// </summary>
    public TimeSpan? Tail { get; init; }

    /// <summary>How long the change is watched before the TTL is restored, 1 s to 7 d; null takes twice the low TTL and the tail.</summary>
    public TimeSpan? VerifyFor { get; init; }

    /// <summary>Monitors that take the change back when a member that they check goes down while it is watched.</summary>
    public ImmutableArray<string> Guard { get; init; } = [];

    /// <summary>Makes the change at its time even where caches may hold answers with the old TTL then.</summary>
    public bool IsForced { get; init; }

    /// <summary>What is wrong with the numbers; null when nothing is.</summary>
    internal string? Problem =>
        LowTtlSeconds is < 1 or > 3_600 ? "the TTL around a change is 1s to 1h"
        : Tail is { } tail && (tail < TimeSpan.Zero || tail > LongestWait) ? "a tail is 0s to 7d"
        : VerifyFor is { } watched && (watched < TimeSpan.FromSeconds(1) || watched > LongestWait) ? "a change is watched for 1s to 7d"
        : null;

    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(7);
}

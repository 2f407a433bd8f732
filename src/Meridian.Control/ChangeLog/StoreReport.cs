using System.Collections.Immutable;

namespace Meridian.Control.ChangeLog;

/// <summary>What a check of a store found.</summary>
public sealed record StoreReport
{
    /// <summary>The file that was read.</summary>
    public required string Path { get; init; }

    /// <summary>The newest revision that can be read; null when there is none.</summary>
    public Revision? Head { get; init; }

    /// <summary>The oldest revision that is kept.</summary>
    public long OldestNumber { get; init; } = 1;

    /// <summary>Revisions whose hash was computed and compared.</summary>
    public long Revisions { get; init; }

    /// <summary>Documents whose checksum was computed and compared.</summary>
    public long Documents { get; init; }

    /// <summary>What is wrong, each in words that name it; empty when the store is whole.</summary>
    public required ImmutableArray<string> Findings { get; init; }

    /// <summary>
    /// The last revision whose record is damaged, when nothing but the history is: the state and all pages are whole. Null otherwise.
    /// </summary>
    public long? DamagedHistory { get; init; }

    public bool IsWhole => Findings.IsEmpty;
}

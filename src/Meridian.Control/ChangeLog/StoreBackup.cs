namespace Meridian.Control.ChangeLog;

/// <summary>A verified copy of a store in one file.</summary>
/// <param name="Report">What was verified; it is whole.</param>
/// <param name="Length">Octets of the file.</param>
/// <param name="Sha256">Of the file, as <c>sha256sum</c> prints it.</param>
public sealed record StoreBackup(StoreReport Report, long Length, ContentHash Sha256);

/// <summary>What a repair did.</summary>
public sealed record StoreRepairReport
{
    /// <summary>What was found.</summary>
    public required StoreReport Before { get; init; }

    /// <summary>What there is now; the same as before when nothing was wrong.</summary>
    public required StoreReport After { get; init; }

    /// <summary>The copy that it began from; null when it began from the first revision, or nothing was wrong.</summary>
    public string? Snapshot { get; init; }

    /// <summary>The revision of that copy.</summary>
    public long From { get; init; }

    /// <summary>Where the damaged files are.</summary>
    public string? Aside { get; init; }

    /// <summary>Acknowledged revisions that could be seen before and are not there now.</summary>
    public long Lost => Math.Max(0, (Before.Head?.Number ?? 0) - (After.Head?.Number ?? 0));
}

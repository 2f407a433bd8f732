namespace Meridian.Control.ChangeLog;

/// <summary>A position in the log: one accepted <see cref="ChangeSet"/>.</summary>
public sealed record Revision
{
    /// <summary>From 1, without gaps.</summary>
    public required long Number { get; init; }

    /// <summary>When it was accepted, to the millisecond, by the clock of the node that wrote it.</summary>
    public required DateTimeOffset At { get; init; }

    /// <inheritdoc cref="ChangeSet.Author"/>
    public required string Author { get; init; }

    /// <inheritdoc cref="ChangeSet.Origin"/>
    public required ChangeOrigin Origin { get; init; }

    /// <inheritdoc cref="ChangeSet.Message"/>
    public required string Message { get; init; }

    /// <inheritdoc cref="ChangeSet.Reason"/>
    public string? Reason { get; init; }

    /// <inheritdoc cref="ChangeSet.IdempotencyKey"/>
    public string? IdempotencyKey { get; init; }

    /// <summary>Documents written or deleted by it.</summary>
    public required int ChangeCount { get; init; }

    /// <summary>Documents that exist after it.</summary>
    public required long DocumentCount { get; init; }

    /// <summary>Digest of every document that exists after it: equal states have equal digests, wherever they are kept.</summary>
    public required ContentHash StateHash { get; init; }

    /// <summary>Over the previous revision's hash and everything of this one: whoever holds it can tell that no history was altered.</summary>
    public required ContentHash Hash { get; init; }
}

using Meridian.Dns.Records;

namespace Meridian.Dns.ZoneFiles;

/// <summary>A record and where it was written; for a generated one, where its <c>$GENERATE</c> stands.</summary>
public readonly record struct ZoneFileRecord(ResourceRecord Record, ZoneFilePosition Position);

/// <summary>A mistake in a master file.</summary>
/// <param name="Position">Of the token that is wrong.</param>
/// <param name="Message">What is wrong and what was expected.</param>
public sealed record ZoneFileError(ZoneFilePosition Position, string Message)
{
    public override string ToString() => $"{Position}: {Message}";
}

/// <summary>What a master file and the files it includes say.</summary>
public sealed record ZoneFileResult
{
    /// <summary>The records without mistakes, in the order they were written. Not checked against each other or the zone.</summary>
    public required ZoneFileRecords Records { get; init; }

    /// <summary>All mistakes in the order they were met, up to <see cref="ZoneFileLimits.Errors"/>.</summary>
    public required IReadOnlyList<ZoneFileError> Errors { get; init; }

    /// <summary>Whether scanning stopped early because a limit was reached; an error says which.</summary>
    public bool IsCutShort { get; init; }
}

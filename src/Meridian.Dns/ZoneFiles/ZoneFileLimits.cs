namespace Meridian.Dns.ZoneFiles;

/// <summary>Bounds of scanning a master file. A value outside its range throws when it is set.</summary>
public sealed record ZoneFileLimits
{
    /// <summary>Errors reported before scanning stops, 1 to 10,000. 100 is more than anybody mends in one go.</summary>
    public int Errors { get; init => field = InRange(value, 1, 10_000); } = 100;

    /// <summary>How deep files may include each other, 0 to 64. 16 is beyond any real layout and stops a file that includes itself.</summary>
    public int IncludeDepth { get; init => field = InRange(value, 0, 64); } = 16;

    /// <summary>Files included in all, 0 to 100,000. Bounds what files that include two others each can multiply to.</summary>
    public int Includes { get; init => field = InRange(value, 0, 100_000); } = 1_000;

    /// <summary>Records that <c>$GENERATE</c> may make in all, 0 to 16,777,216. The default holds sixteen reverse zones of a /16.</summary>
    public int GeneratedRecords { get; init => field = InRange(value, 0, 1 << 24); } = 1 << 20;

    /// <summary>Records in all, 1 to 100,000,000. The default bounds memory to some gigabytes, far above a large zone.</summary>
    public int Records { get; init => field = InRange(value, 1, 100_000_000); } = 20_000_000;

    private static int InRange(int value, int least, int greatest)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, greatest);
        return value;
    }
}

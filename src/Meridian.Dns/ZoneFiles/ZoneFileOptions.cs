namespace Meridian.Dns.ZoneFiles;

/// <summary>How to scan a master file.</summary>
public sealed record ZoneFileOptions
{
    /// <summary>
    /// TTL of records that state none while there is neither a <c>$TTL</c> nor an earlier stated one; null to take the
    /// SOA's MINIMUM field then (RFC 1035 §3.3.13) and, without an SOA, to report an error.
    /// </summary>
    public uint? DefaultTtlSeconds { get; init; }

    public ZoneFileLimits Limits { get; init; } = new();

    /// <summary>
    /// How many cores may scan parts of a large file at the same time, at least 1, which is the default. The result is the
    /// same with any number. A value below 1 throws when it is set.
    /// </summary>
    public int Cores
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 1;

    /// <summary>Characters of a stretch that one core scans; tests make it small.</summary>
    internal int StretchLength { get; init; } = ZoneFileStretches.DefaultLength;
}

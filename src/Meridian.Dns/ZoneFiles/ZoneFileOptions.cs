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
}

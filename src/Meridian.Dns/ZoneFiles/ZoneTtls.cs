namespace Meridian.Dns.ZoneFiles;

/// <summary>Which TTL a record has that states none.</summary>
internal sealed class ZoneTtls(uint? callersDefault)
{
    private uint? _lastStated;
    private uint? _soaMinimum;

    /// <summary>The value of the last <c>$TTL</c> (RFC 2308 §4); null before the first.</summary>
    public uint? Directive { get; set; }

    /// <summary>
    /// The TTL of a record: its own; the last $TTL (RFC 2308 §4); the last one stated (RFC 1035 §5.1); the caller's
    /// default; the SOA's MINIMUM (RFC 1035 §3.3.13). Null when there is none of them.
    /// </summary>
    /// <param name="stated">What the record states.</param>
    /// <param name="soaMinimum">The MINIMUM field when the record is an SOA.</param>
    public uint? Resolve(uint? stated, uint? soaMinimum)
    {
        if (soaMinimum is { } minimum)
        {
            _soaMinimum ??= Math.Min(minimum, int.MaxValue);
        }
        if (stated is not null)
        {
            _lastStated = stated;
        }
        return stated ?? Directive ?? _lastStated ?? callersDefault ?? _soaMinimum;
    }
}

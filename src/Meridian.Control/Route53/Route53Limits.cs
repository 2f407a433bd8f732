using static Meridian.Control.LimitRange;

namespace Meridian.Control.Route53;

/// <summary>
/// Limits of the Route 53 endpoint: the service's own where clients know them, so that what works there works here and what is
/// refused there is refused here in the same words. Setters check their range.
/// </summary>
public sealed record Route53Limits
{
    /// <summary>Octets of a request's body, 64 KiB to 64 MiB. 1,000 records with names of the longest kind are some 2 MiB.</summary>
    public int BodyLength
    {
        get;
        init => field = InRange(value, 64 * 1024, 64 * 1024 * 1024, nameof(BodyLength));
    } = 4 * 1024 * 1024;

    /// <summary>
    /// Octets of all bodies that are being read or worked on, over all connections, 1 MiB to 4 GiB. A body is read before its signature
    /// can be checked, so this is what clients that only know the id of a key can make the server hold.
    /// </summary>
    public long BodiesInFlightLength
    {
        get;
        init => field = InRange(value, 1024 * 1024, 4L * 1024 * 1024 * 1024, nameof(BodiesInFlightLength));
    } = 64 * 1024 * 1024;

    /// <summary>Octets of the request line, 1,024 to 65,536: a name of 255 octets, every one of them escaped twice, is 1,800.</summary>
    public int RequestLineLength
    {
        get;
        init => field = InRange(value, 1024, 65_536, nameof(RequestLineLength));
    } = 8192;

    /// <summary>Open connections, 1 to 4,096. SDKs keep up to 50 each.</summary>
    public int ConnectionCount
    {
        get;
        init => field = InRange(value, 1, 4096, nameof(ConnectionCount));
    } = 256;

    /// <summary>How long stopping waits for requests in progress, 100 ms to 1 min.</summary>
    public TimeSpan StopTimeout
    {
        get;
        init => field = InRange(value, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1), nameof(StopTimeout));
    } = TimeSpan.FromSeconds(5);

    /// <summary>Records in one batch, where an UPSERT counts twice: 1 to 100,000; the service's 1,000.</summary>
    public int BatchRecordCount
    {
        get;
        init => field = InRange(value, 1, 100_000, nameof(BatchRecordCount));
    } = 1000;

    /// <summary>Characters of all values in one batch, where an UPSERT counts twice: 1,000 to 10,000,000; the service's 32,000.</summary>
    public int BatchValueLength
    {
        get;
        init => field = InRange(value, 1000, 10_000_000, nameof(BatchValueLength));
    } = 32_000;

    /// <summary>Records in one record set, 1 to 4,000; the service's 400.</summary>
    public int RecordSetValueCount
    {
        get;
        init => field = InRange(value, 1, 4000, nameof(RecordSetValueCount));
    } = 400;

    /// <summary>Record sets in a page, 1 to 1,000; the service's 300.</summary>
    public int RecordSetPage
    {
        get;
        init => field = InRange(value, 1, 1000, nameof(RecordSetPage));
    } = 300;

    /// <summary>Zones, health checks and other things in a page, 1 to 1,000; the service's 100.</summary>
    public int Page
    {
        get;
        init => field = InRange(value, 1, 1000, nameof(Page));
    } = 100;

    /// <summary>Tags of one thing, 1 to 1,000; the service's 50.</summary>
    public int TagCount
    {
        get;
        init => field = InRange(value, 1, 1000, nameof(TagCount));
    } = 50;

    /// <summary>Zones that this API makes, 1 to 1,000,000. The service's 500 can be raised there; here nobody has to be asked.</summary>
    public int HostedZoneCount
    {
        get;
        init => field = InRange(value, 1, 1_000_000, nameof(HostedZoneCount));
    } = 100_000;

    /// <summary>Record sets of a zone, 100 to 100,000,000, told as a limit; the service's 10,000 can be raised there.</summary>
    public int RecordSetCount
    {
        get;
        init => field = InRange(value, 100, 100_000_000, nameof(RecordSetCount));
    } = 1_000_000;

    /// <summary>Health checks that this API makes, 1 to 100,000; the service's 200 can be raised there.</summary>
    public int HealthCheckCount
    {
        get;
        init => field = InRange(value, 1, 100_000, nameof(HealthCheckCount));
    } = 10_000;

    /// <summary>Views of a zone, which VPCs stand for, 1 to 10,000; the service's 300.</summary>
    public int VpcCount
    {
        get;
        init => field = InRange(value, 1, 10_000, nameof(VpcCount));
    } = 300;

    /// <summary>VPCs that are authorised to be associated with a zone, 1 to 10,000; the service's 1,000.</summary>
    public int VpcAuthorizationCount
    {
        get;
        init => field = InRange(value, 1, 10_000, nameof(VpcAuthorizationCount));
    } = 1000;

    /// <summary>VPCs in a page, 1 to 1,000; the service's 50.</summary>
    public int VpcPage
    {
        get;
        init => field = InRange(value, 1, 1000, nameof(VpcPage));
    } = 50;

    /// <summary>Reusable delegation sets, 1 to 10,000; the service's 100.</summary>
    public int DelegationSetCount
    {
        get;
        init => field = InRange(value, 1, 10_000, nameof(DelegationSetCount));
    } = 100;
}

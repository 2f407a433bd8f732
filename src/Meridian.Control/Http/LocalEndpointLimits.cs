namespace Meridian.Control.Http;

/// <summary>
/// Limits of the local HTTP endpoint. It serves one operator and one scraper; whatever asks for more than that is stuck or
/// hostile. Setters check their range.
/// </summary>
public sealed record LocalEndpointLimits
{
    /// <summary>Open connections, 1 to 1,024; further ones are closed at once. 64 is a scraper, some shells and a load balancer's probes.</summary>
    public int ConnectionCount
    {
        get;
        init => field = InRange(value, 1, 1024, nameof(ConnectionCount));
    } = 64;

    /// <summary>Octets of the request line, 1,024 to 16,384. The longest legal one is an explain of a name of 255 octets, escaped.</summary>
    public int RequestLineLength
    {
        get;
        init => field = InRange(value, 1024, 16384, nameof(RequestLineLength));
    } = 4096;

    /// <summary>Octets of all header fields, 1,024 to 65,536. Kestrel's own default is 32,768, made for cookies that we do not have.</summary>
    public int RequestHeadersLength
    {
        get;
        init => field = InRange(value, 1024, 65536, nameof(RequestHeadersLength));
    } = 8192;

    /// <summary>Time to send the request's head, 100 ms to 1 min: bounds what a slow sender can hold open.</summary>
    public TimeSpan RequestHeadTimeout
    {
        get;
        init => field = InRange(value, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1), nameof(RequestHeadTimeout));
    } = TimeSpan.FromSeconds(5);

    /// <summary>How long an idle connection stays, 1 s to 10 min. Above the usual scrape interval of 15 s to 60 s it saves handshakes.</summary>
    public TimeSpan IdleTimeout
    {
        get;
        init => field = InRange(value, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10), nameof(IdleTimeout));
    } = TimeSpan.FromSeconds(75);

    /// <summary>Time for one explanation, 100 ms to 1 min. It walks what one query walks; seconds mean that something is wrong.</summary>
    public TimeSpan ExplainTimeout
    {
        get;
        init => field = InRange(value, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1), nameof(ExplainTimeout));
    } = TimeSpan.FromSeconds(5);

    private static T InRange<T>(T value, T least, T most, string name)
        where T : IComparable<T>
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, most, name);
        return value;
    }
}

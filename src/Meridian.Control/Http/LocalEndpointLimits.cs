using static Meridian.Control.LimitRange;

namespace Meridian.Control.Http;

/// <summary>
/// Limits of the HTTP endpoint. It serves some operators, their tools and a scraper; whatever asks for more than that is
/// stuck or hostile. Setters check their range.
/// </summary>
public sealed record LocalEndpointLimits
{
    /// <summary>
    /// Open connections, 1 to 4,096; further ones are closed at once. 256 are the streams of events below, a scraper, shells,
    /// tools and a load balancer's probes.
    /// </summary>
    public int ConnectionCount
    {
        get;
        init => field = InRange(value, 1, 4096, nameof(ConnectionCount));
    } = 256;

    /// <summary>Requests at a time on one HTTP/2 connection, 1 to 1,000. 100 is the least that RFC 9113 §6.5.2 recommends.</summary>
    public int StreamsPerConnection
    {
        get;
        init => field = InRange(value, 1, 1000, nameof(StreamsPerConnection));
    } = 100;

    /// <summary>Readers of events at a time, 1 to 1,024: each holds a connection for as long as it likes. 64 are consoles and tools of a large team.</summary>
    public int EventStreamCount
    {
        get;
        init => field = InRange(value, 1, 1024, nameof(EventStreamCount));
    } = 64;

    /// <summary>Header fields of a request, 8 to 1,000. Tools and proxies send some twenty.</summary>
    public int RequestHeaderCount
    {
        get;
        init => field = InRange(value, 8, 1000, nameof(RequestHeaderCount));
    } = 64;

    /// <summary>Octets of one document, 1 KiB to 16 MiB: what the change log takes of one, its own limit.</summary>
    public int DocumentLength
    {
        get;
        init => field = InRange(value, 1024, 16 * 1024 * 1024, nameof(DocumentLength));
    } = 1024 * 1024;

    /// <summary>
    /// Octets of one change set, 1 KiB to 1 GiB. 64 MiB are some half a million records; a larger zone is imported with
    /// <c>meridian apply</c>, which sends several.
    /// </summary>
    public int ChangeSetLength
    {
        get;
        init => field = InRange(value, 1024, 1024 * 1024 * 1024, nameof(ChangeSetLength));
    } = 64 * 1024 * 1024;

    /// <summary>Items of a page unless asked for fewer or more, and the most that can be asked for: 1 to 10,000.</summary>
    public int PageLength
    {
        get;
        init => field = InRange(value, 1, 10_000, nameof(PageLength));
    } = 1000;

    /// <summary>How long stopping waits for requests in progress, 100 ms to 1 min. Streams of events end at once.</summary>
    public TimeSpan StopTimeout
    {
        get;
        init => field = InRange(value, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1), nameof(StopTimeout));
    } = TimeSpan.FromSeconds(5);

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
}

using Meridian.Engine.Answering.Cookies;

namespace Meridian.Engine.Answering;

/// <summary>Limits of answering.</summary>
public sealed record AnswerLimits
{
    /// <summary>Largest UDP response, 512 to 4096 octets. 1232 avoids fragmentation on almost every path (DNS Flag Day 2020).</summary>
    public int UdpPayloadSize { get; init; } = 1232;

    /// <summary>The most that <see cref="CnameChainLength"/> may be.</summary>
    public const int MaxCnameChainLength = 16;

    /// <summary>
    /// Aliases (CNAME and DNAME) followed inside the served zones for one answer, 1 to 16. 16 is where resolvers give up
    /// themselves (BIND follows 11 or 16, Unbound 11), and bounds the work; a loop ends earlier, where a name repeats.
    /// </summary>
    public int CnameChainLength { get; init; } = MaxCnameChainLength;

    /// <summary>
    /// What TCP clients that ask are told of how long they may be idle (RFC 7828), 0 to 1 h: the transport's own time-out.
    /// </summary>
    public TimeSpan TcpIdleTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>UDP workers that share the budgets of rate limiting, 1 to 256: each holds to its part.</summary>
    public int UdpWorkerCount { get; init; } = 1;

    /// <summary>
    /// Makes server cookies while the configuration names no secrets: random, and this process's own. Null leaves queries'
    /// cookies unanswered then.
    /// </summary>
    public CookieSecret? OwnCookieSecret { get; init; }
}

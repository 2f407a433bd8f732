using System.Collections.Immutable;
using System.Net;

namespace Meridian.Engine.Model;

/// <summary>How the server answers, whatever the zone: who it says it is, and what it grants to whom.</summary>
public sealed record AnsweringModel
{
    /// <summary>What a client that asks is told of this server (NSID, RFC 5001); at most 64 octets of UTF-8, null tells nothing.</summary>
    public string? NameServerId { get; init; }

    /// <summary>Answer to <c>id.server</c> and <c>hostname.bind</c> in class CH (RFC 4892); at most 255 octets, null refuses.</summary>
    public string? Identity { get; init; }

    /// <summary>Answer to <c>version.server</c> and <c>version.bind</c> in class CH; at most 255 octets, null refuses.</summary>
    public string? Version { get; init; }

    /// <summary>Aliases are followed into other zones of this server; otherwise the answer ends where they leave the zone.</summary>
    public bool FollowsAcrossZones { get; init; } = true;

    /// <summary>
    /// The addresses of MX, SRV, SVCB and HTTPS targets are left out; glue, and those of name servers that are asked for, go
    /// along all the same. What NSD calls minimal responses.
    /// </summary>
    public bool IsMinimal { get; init; }

    public CookieModel Cookies { get; init; } = new();

    /// <summary>
    /// Largest UDP response, in octets, to a sender without a valid cookie; 512 to 4096, null is as for all. A smaller one
    /// makes the server of less use to reflect traffic with, and sends more honest clients to TCP.
    /// </summary>
    public int? UnverifiedPayloadSize { get; init; }

    /// <summary>
    /// Largest UDP response to a sender without a valid cookie, as a multiple of its query; 4 to 100, null does not look.
    /// Below 4 the options that a client asks for would not fit into the answer.
    /// </summary>
    public int? Amplification { get; init; }

    /// <summary>
    /// Sources that are told an id of each decision when they ask with an extended error option; at most 256. By default
    /// this machine.
    /// </summary>
    public ImmutableArray<IPNetwork> DecisionIdClients { get; init; } = [IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128")];

    /// <summary>Response rate limiting; null limits nothing.</summary>
    public RateLimitModel? RateLimit { get; init; }
}

/// <summary>DNS cookies (RFC 7873).</summary>
public sealed record CookieModel
{
    public bool IsEnabled { get; init; } = true;

    /// <summary>
    /// The server's secrets, 16 octets each: cookies are made with the first, and all are accepted (RFC 9018 §5). Empty for
    /// a secret of the process's own, which other servers do not know.
    /// </summary>
    public ImmutableArray<ReadOnlyMemory<byte>> Secrets { get; init; } = [];

    /// <summary>A UDP query with a cookie that is not valid is answered with BADCOOKIE and a new one (RFC 7873 §5.2.3).</summary>
    public bool IsRequired { get; init; }
}

/// <summary>
/// Response rate limiting: a budget of UDP responses per second for each client network and kind of answer. Senders with a
/// valid cookie, and TCP, are not limited.
/// </summary>
public sealed record RateLimitModel
{
    /// <summary>Answers and referrals per second and network, 0 (no limit) to 1,000,000. 200 is NSD's default.</summary>
    public int PositivePerSecond { get; init; } = 200;

    /// <summary>NXDOMAIN and NODATA answers per second and network, 0 (no limit) to 1,000,000: what random names cost.</summary>
    public int NegativePerSecond { get; init; } = 100;

    /// <summary>REFUSED, FORMERR and other errors per second and network, 0 (no limit) to 1,000,000.</summary>
    public int ErrorPerSecond { get; init; } = 50;

    /// <summary>Every how manieth response over the budget is sent truncated, so that honest clients get through by TCP; 0 (none) to 10.</summary>
    public int Slip { get; init; } = 2;

    /// <summary>Bits of an IPv4 address that are one network, 8 to 32. A /24 is the smallest that is routed.</summary>
    public int IPv4PrefixLength { get; init; } = 24;

    /// <summary>Bits of an IPv6 address that are one network, 16 to 64. A /56 is what one site gets.</summary>
    public int IPv6PrefixLength { get; init; } = 56;

    /// <summary>
    /// Networks and kinds of answers remembered by each worker, 1,024 to 16,777,216, rounded up to a power of two; 16 octets
    /// each. When it is full, the one that was quiet longest makes room; where none was quiet, two share a budget.
    /// </summary>
    public int TableSize { get; init; } = 65_536;

    /// <summary>Networks that are never limited; at most 256.</summary>
    public ImmutableArray<IPNetwork> Exempt { get; init; } = [];
}

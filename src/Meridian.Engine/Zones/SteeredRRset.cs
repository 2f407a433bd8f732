using Meridian.Dns.Records;
using Meridian.Engine.Outside;

namespace Meridian.Engine.Zones;

/// <summary>The compiled form of an RRset whose data a policy decides, or a name outside gives.</summary>
/// <param name="PolicyIndex">Which policy.</param>
/// <param name="Type">A, AAAA, CNAME, HTTPS or SVCB; TXT tells the decision itself.</param>
/// <param name="TtlSeconds">The configured TTL, before health and jitter lower it.</param>
/// <param name="ServicePriority">SvcPriority of a synthesised HTTPS or SVCB record.</param>
/// <param name="ServiceParameters">SvcParams below ipv4hint in wire format (alpn, port), in ascending key order (RFC 9460 §2.2).</param>
internal sealed record SteeredRRset(
    int PolicyIndex,
    RecordType Type,
    uint TtlSeconds,
    ushort ServicePriority,
    byte[] ServiceParameters)
{
    /// <summary>The name outside whose addresses are answered, without any policy; null for what a policy decides.</summary>
    public OutsideName? Alias { get; init; }
}

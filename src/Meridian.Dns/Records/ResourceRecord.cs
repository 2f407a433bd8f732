using Meridian.Dns.Names;

namespace Meridian.Dns.Records;

/// <summary>One resource record of class IN, its RDATA in uncompressed wire format with names in the case they were written in.</summary>
/// <param name="Owner">The owner name.</param>
/// <param name="Type">The record type.</param>
/// <param name="TtlSeconds">0 to 2147483647 (RFC 2181 §8).</param>
/// <param name="Rdata">At most 65,535 octets.</param>
public sealed record ResourceRecord(DomainName Owner, RecordType Type, uint TtlSeconds, ReadOnlyMemory<byte> Rdata);

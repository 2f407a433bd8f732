namespace Meridian.Dns.Records;

/// <summary>Where a domain name stands inside an RDATA.</summary>
/// <param name="Offset">From the start of the RDATA.</param>
/// <param name="Length">Octets, with the root label.</param>
/// <param name="MayCompress">Whether RFC 3597 §4 allows the name to be compressed (the types of RFC 1035 only).</param>
public readonly record struct RdataName(int Offset, int Length, bool MayCompress);

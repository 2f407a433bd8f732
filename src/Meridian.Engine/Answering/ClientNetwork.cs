namespace Meridian.Engine.Answering;

/// <summary>Where a decision takes the client to be.</summary>
/// <param name="Address">The network of the client subnet option, or the source address.</param>
/// <param name="SourcePrefixLength">Bits of the address that are known: all of them for a source address.</param>
/// <param name="IsFromOption">Whether the query carried a client subnet to use (RFC 7871); one of length 0 asks not to.</param>
internal readonly record struct ClientNetwork(ClientAddress Address, int SourcePrefixLength, bool IsFromOption);

namespace Meridian.Engine.Answering;

/// <summary>What the transport knows of a query besides its octets. With the query it decides the answer completely.</summary>
/// <param name="Address">The source address: the resolver, or the client itself.</param>
/// <param name="Port">The source port; part of the draw.</param>
/// <param name="Transport">How the query came.</param>
/// <param name="UnixSeconds">Coarse time of arrival; part of the draw and of TTLs. The caller reads its clock, once per batch.</param>
public readonly record struct ClientInfo(ClientAddress Address, ushort Port, Transport Transport, long UnixSeconds);

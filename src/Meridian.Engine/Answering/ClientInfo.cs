namespace Meridian.Engine.Answering;

/// <summary>What the transport knows of a query besides its octets. With the query it decides the answer completely.</summary>
/// <param name="Address">The source address: the resolver, or the client itself.</param>
/// <param name="Port">The source port; part of the draw.</param>
/// <param name="Transport">How the query came.</param>
/// <param name="UnixSeconds">Coarse time of arrival; part of the draw and of TTLs. The caller reads its clock, once per batch.</param>
public readonly record struct ClientInfo(ClientAddress Address, ushort Port, Transport Transport, long UnixSeconds)
{
    private const int MillisecondsPerSecond = 1000;

    /// <summary>
    /// The part of the second, 0 to 999. No part of the draw or of the answer: only the account of who asks tells by it how busy
    /// a cache is.
    /// </summary>
    public ushort Milliseconds { get; init; }

    /// <summary>A client at a moment in milliseconds since 1970, not before.</summary>
    public static ClientInfo At(ClientAddress address, ushort port, Transport transport, long unixMilliseconds)
    {
        // Unsigned: a division by a constant is a multiplication then, without a look at the sign.
        ulong seconds = (ulong)unixMilliseconds / MillisecondsPerSecond;
        return new ClientInfo(address, port, transport, (long)seconds)
        {
            Milliseconds = (ushort)((ulong)unixMilliseconds - (seconds * MillisecondsPerSecond)),
        };
    }
}

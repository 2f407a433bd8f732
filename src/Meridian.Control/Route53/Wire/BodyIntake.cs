namespace Meridian.Control.Route53.Wire;

/// <summary>
/// Reads the bodies of requests: each up to its limit, and all that are in memory at a time up to another. Memory is taken as octets
/// arrive and not as a head announces them, so a connection that sends nothing holds nothing, and a request without a body takes
/// nothing of what others may have filled.
/// </summary>
/// <param name="bodyLength">Octets of one body.</param>
/// <param name="inFlightLength">Octets of all bodies that are being read or worked on.</param>
internal sealed class BodyIntake(int bodyLength, long inFlightLength)
{
    // 1 KiB to 64 KiB: a batch of a few records is some 1,000 octets. It doubles from here.
    private const int FirstLength = 4096;

    private long _inFlight;

    /// <summary>Octets that are held now.</summary>
    public long InFlight => Interlocked.Read(ref _inFlight);

    /// <summary>Reads a body to its end.</summary>
    /// <param name="body">Where it comes from.</param>
    /// <param name="aborted">When the client is gone.</param>
    /// <returns>The body; it counts until it is disposed.</returns>
    /// <exception cref="Route53Exception">It is too long, or there is no room for it now: a client that waits and tries again gets through.</exception>
    public async Task<HeldBody> ReadAsync(Stream body, CancellationToken aborted)
    {
        // Too little to count: whether there is a body at all.
        byte[] first = new byte[1];
        if (await body.ReadAsync(first, aborted) == 0)
        {
            return new HeldBody(this, [], 0);
        }
        byte[] buffer = Grow([]);
        int length = 1;
        buffer[0] = first[0];
        try
        {
            while (true)
            {
                if (length == buffer.Length)
                {
                    buffer = Grow(buffer);
                }
                int read = await body.ReadAsync(buffer.AsMemory(length), aborted);
                if (read == 0)
                {
                    return new HeldBody(this, buffer, length);
                }
                length += read;
                if (length > bodyLength)
                {
                    throw Route53Error.InvalidInput($"The body has more than {bodyLength} octets.").ToException();
                }
            }
        }
        catch
        {
            Release(buffer.Length);
            throw;
        }
    }

    internal void Release(int length) => Interlocked.Add(ref _inFlight, -length);

    private byte[] Grow(byte[] buffer)
    {
        // One octet more than is taken tells a body that ends at the limit from one that goes on.
        int wanted = Math.Min(Math.Max(FirstLength, buffer.Length * 2), bodyLength + 1);
        // Both are there while the one is copied to the other. An atomic sum: connections come and go on all threads.
        if (Interlocked.Add(ref _inFlight, wanted) > inFlightLength)
        {
            Release(wanted);
            throw new Route53Error(400, "Throttling", "Rate exceeded").ToException();
        }
        byte[] larger = GC.AllocateUninitializedArray<byte>(wanted);
        buffer.CopyTo(larger, 0);
        Release(buffer.Length);
        return larger;
    }
}

/// <summary>A body in memory.</summary>
/// <param name="intake">Where it counts.</param>
/// <param name="buffer">Its octets, with room behind them.</param>
/// <param name="length">How many they are.</param>
internal sealed class HeldBody(BodyIntake intake, byte[] buffer, int length) : IDisposable
{
    private bool _isReleased;

    public ReadOnlyMemory<byte> Octets => buffer.AsMemory(0, length);

    public void Dispose()
    {
        if (!_isReleased)
        {
            _isReleased = true;
            intake.Release(buffer.Length);
        }
    }
}

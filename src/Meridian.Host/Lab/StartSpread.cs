namespace Meridian.Host.Lab;

/// <summary>
/// When the clients of one address begin, so that caches begin anywhere in the life of an answer. Of clients that share a
/// cache only the first fills it, and the first of several that begin anywhere begins early; so they begin later.
/// </summary>
/// <param name="Seconds">From one question of a cache to its next: an answer's life and the wait for a lookup after it.</param>
/// <param name="Clients">Clients of the address, 1 or more.</param>
/// <param name="Caches">Caches behind it, 1 or more; each client is at one of them, which one is chance.</param>
internal sealed record StartSpread(double Seconds, int Clients, int Caches)
{
    /// <summary>When one client begins, in seconds from the start, 0 to <see cref="Seconds"/>.</summary>
    /// <remarks>
    /// Nobody of <i>n</i> has begun by <i>t</i> with chance G(S(t)), where S is each one's and G generates the number of clients
    /// of a cache that has any: binomial of Clients and 1/Caches. That has to be 1 − t/Seconds.
    /// </remarks>
    public double Draw(Random random)
    {
        double elsewhere = 1 - (1.0 / Caches);
        double nobody = Math.Pow(elsewhere, Clients);
        double later = random.NextDouble();
        return Seconds * (1 - ((Math.Pow(elsewhere + (later / Caches), Clients) - nobody) / (1 - nobody)));
    }
}

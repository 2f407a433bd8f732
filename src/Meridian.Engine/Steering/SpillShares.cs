namespace Meridian.Engine.Steering;

/// <summary>
/// Where the demand that is nearest to each pool of a spill node goes. A pool keeps what it has room for. The excess of
/// all (everything of an unavailable one, what is beyond its capacity of a full one) is poured into the others in
/// proportion to their free capacity, so that they all become full at the same moment and none before. What no free
/// capacity is left for is shared by all in proportion to capacity: everybody is over by the same factor.
/// </summary>
internal sealed class SpillShares
{
    /// <summary>Shares are whole parts of this many, so that a row is drawn from like weights.</summary>
    public const uint Whole = 1u << 30;

    private readonly uint[] _shares;
    private readonly int _count;

    private SpillShares(uint[] shares, int count)
    {
        _shares = shares;
        _count = count;
    }

    /// <summary>The share of each pool in the demand that is nearest to one.</summary>
    public ReadOnlySpan<uint> Of(int nearest) => _shares.AsSpan(nearest * _count, _count);

    /// <summary>Pours.</summary>
    /// <param name="capacities">Above 0.</param>
    /// <param name="demands">What clients nearest to each ask for; NaN when it is not known, which counts for all.</param>
    /// <param name="available">Which pools can answer.</param>
    public static SpillShares Of(ReadOnlySpan<double> capacities, ReadOnlySpan<double> demands, ReadOnlySpan<bool> available)
    {
        int count = capacities.Length;
        // With a demand unknown nothing can be called full: only what is down moves, by capacity.
        bool isKnown = !demands.Contains(double.NaN);
        double[] excess = new double[count];
        double[] free = new double[count];
        double[] room = new double[count];
        for (int i = 0; i < count; i++)
        {
            double demand = isKnown ? demands[i] : 0;
            room[i] = available[i] ? capacities[i] : 0;
            excess[i] = Math.Max(0, demand - room[i]);
            free[i] = Math.Max(0, room[i] - demand);
        }
        double[] poured = Pour(excess.Sum(), free, room);
        uint[] shares = new uint[count * count];
        for (int i = 0; i < count; i++)
        {
            // Without demand there is nothing to be over: an available pool keeps its first client.
            double moved = !available[i] ? 1 : isKnown && demands[i] > 0 ? excess[i] / demands[i] : 0;
            for (int j = 0; j < count; j++)
            {
                double share = (moved * poured[j]) + (i == j ? 1 - moved : 0);
                shares[(i * count) + j] = (uint)(share * Whole);
            }
        }
        return new SpillShares(shares, count);
    }

    /// <summary>The part of the excess that each pool takes; sums to 1 unless nothing is available.</summary>
    private static double[] Pour(double excess, double[] free, double[] room)
    {
        double totalFree = free.Sum();
        double totalRoom = room.Sum();
        double[] taken = new double[free.Length];
        for (int i = 0; i < taken.Length; i++)
        {
            double fits = Math.Min(excess, totalFree);
            double byFree = totalFree > 0 ? free[i] / totalFree : 0;
            double byRoom = totalRoom > 0 ? room[i] / totalRoom : 0;
            // Both parts as shares of the whole excess; with no excess the free capacity says where the first one would go.
            taken[i] = excess > 0 ? ((fits * byFree) + ((excess - fits) * byRoom)) / excess : totalFree > 0 ? byFree : byRoom;
        }
        return taken;
    }
}

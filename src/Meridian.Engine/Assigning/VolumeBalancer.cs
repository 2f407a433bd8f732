namespace Meridian.Engine.Assigning;

/// <summary>
/// Deals volumes out to targets so that each gets its share: the largest first, each to the target that lacks most (Graham's
/// longest processing time first, 1969, for machines of different speeds). Who has a place keeps it, unless a target is
/// further off its share than is tolerated; then as little volume as possible is moved.
/// </summary>
internal static class VolumeBalancer
{
    /// <summary>No target.</summary>
    public const int Nowhere = -1;

    /// <summary>Deals out.</summary>
    /// <param name="volumes">Falling; not negative.</param>
    /// <param name="weights">Of each target, not negative; one of 0 gets nothing. At least one is above 0.</param>
    /// <param name="places">The target of each volume, or <see cref="Nowhere"/>; every one has a target afterwards.</param>
    /// <param name="mayMove">Which of those that have a place may be moved to restore shares; null for all.</param>
    /// <returns>The volume of those that had a place and have another one now.</returns>
    public static double Deal(ReadOnlySpan<double> volumes, ReadOnlySpan<double> weights, Span<int> places, bool[]? mayMove = null)
    {
        double[] lacks = LacksOf(volumes, weights, places, out double total, out double forced);
        for (int i = 0; i < volumes.Length; i++)
        {
            if (places[i] == Nowhere)
            {
                Place(volumes, places, lacks, i, MostLacking(lacks, weights));
            }
        }
        if (lacks.Min() >= -AssignmentLimits.MoveAbove * total)
        {
            return forced;
        }
        return forced + Restore(volumes, weights, places, lacks, mayMove, AssignmentLimits.MoveUntil * total);
    }

    /// <summary>How far the target that is furthest off its share is off, as a part of all volume.</summary>
    public static double OffOf(ReadOnlySpan<double> volumes, ReadOnlySpan<double> weights, ReadOnlySpan<int> places)
    {
        double[] lacks = LacksOf(volumes, weights, places.ToArray(), out double total, out _);
        return total > 0 ? lacks.Max(Math.Abs) / total : 0;
    }

    private static double[] LacksOf(
        ReadOnlySpan<double> volumes, ReadOnlySpan<double> weights, Span<int> places, out double total, out double forced)
    {
        total = 0;
        forced = 0;
        foreach (double volume in volumes)
        {
            total += volume;
        }
        double all = 0;
        foreach (double weight in weights)
        {
            all += weight;
        }
        double[] lacks = new double[weights.Length];
        for (int target = 0; target < lacks.Length; target++)
        {
            lacks[target] = total * weights[target] / all;
        }
        for (int i = 0; i < volumes.Length; i++)
        {
            if (places[i] == Nowhere)
            {
                continue;
            }
            if (weights[places[i]] <= 0)
            {
                places[i] = Nowhere;
                forced += volumes[i];
                continue;
            }
            lacks[places[i]] -= volumes[i];
        }
        return lacks;
    }

    private static void Place(ReadOnlySpan<double> volumes, Span<int> places, double[] lacks, int item, int target)
    {
        if (places[item] != Nowhere)
        {
            lacks[places[item]] += volumes[item];
        }
        places[item] = target;
        lacks[target] -= volumes[item];
    }

    private static int MostLacking(double[] lacks, ReadOnlySpan<double> weights)
    {
        int most = Nowhere;
        for (int target = 0; target < lacks.Length; target++)
        {
            if (weights[target] > 0 && (most == Nowhere || lacks[target] > lacks[most]))
            {
                most = target;
            }
        }
        return most;
    }

    /// <summary>
    /// Moves from the target with most too much to the one that lacks most, each time the largest volume that neither leaves
    /// the one short nor fills the other beyond its share: what is moved in all is no more than what was too much.
    /// </summary>
    private static double Restore(
        ReadOnlySpan<double> volumes, ReadOnlySpan<double> weights, Span<int> places, double[] lacks, bool[]? mayMove, double until)
    {
        double moved = 0;
        // Each round moves one: a bound on the work, not reached by volumes that differ.
        for (int round = 0; round < volumes.Length; round++)
        {
            int from = Array.IndexOf(lacks, lacks.Min());
            int to = MostLacking(lacks, weights);
            double room = Math.Min(-lacks[from], lacks[to]);
            if (-lacks[from] <= until || room <= 0)
            {
                break;
            }
            int item = LargestWithin(volumes, places, mayMove, from, room);
            if (item == Nowhere)
            {
                break;
            }
            moved += volumes[item];
            Place(volumes, places, lacks, item, to);
        }
        return moved;
    }

    private static int LargestWithin(ReadOnlySpan<double> volumes, ReadOnlySpan<int> places, bool[]? mayMove, int from, double room)
    {
        for (int i = 0; i < volumes.Length; i++)
        {
            if (places[i] == from && volumes[i] <= room && volumes[i] > 0 && (mayMove is null || mayMove[i]))
            {
                return i;
            }
        }
        return Nowhere;
    }
}

namespace Meridian.Engine.Steering;

/// <summary>
/// Which k of n members go together, and how often: systematic sampling (Madow 1949). Each member is on an interval as
/// long as its inclusion probability; a comb with teeth one apart, shifted by a draw in [0, 1), picks where the teeth
/// fall. That gives every member exactly its share with at most n + 1 distinct subsets, few enough to encode ahead.
/// </summary>
internal static class SubsetSampler
{
    /// <summary>A subset and the upper end of its interval of the draw, in (0, 1].</summary>
    public readonly record struct Subset(int[] Items, double UpperBound);

    /// <summary>Lists the subsets.</summary>
    /// <param name="weights">Positive weights.</param>
    /// <param name="count">How many to pick, at least 1; all when there are no more.</param>
    public static List<Subset> Enumerate(ReadOnlySpan<double> weights, int count)
    {
        if (count >= weights.Length)
        {
            return [new Subset([.. Enumerable.Range(0, weights.Length)], 1.0)];
        }
        double[] inclusion = InclusionProbabilities(weights, count);
        double[] ends = new double[inclusion.Length];
        double sum = 0;
        SortedSet<double> cuts = [1.0];
        for (int i = 0; i < inclusion.Length; i++)
        {
            sum += inclusion[i];
            ends[i] = sum;
            double cut = sum - Math.Floor(sum);
            // Cuts closer together than rounding errors would make an interval that belongs to nobody.
            if (cut is > 1e-9 and < 1 - 1e-9)
            {
                cuts.Add(cut);
            }
        }
        List<Subset> subsets = [];
        double lower = 0;
        foreach (double cut in cuts)
        {
            if (cut - lower > 1e-9)
            {
                subsets.Add(new Subset(Pick(ends, (lower + cut) / 2), cut));
                lower = cut;
            }
        }
        return subsets;
    }

    private static int[] Pick(double[] ends, double shift)
    {
        List<int> picked = [];
        double tooth = shift;
        for (int i = 0; i < ends.Length; i++)
        {
            if (tooth < ends[i])
            {
                picked.Add(i);
                tooth += 1;
            }
        }
        return [.. picked];
    }

    /// <summary>In proportion to weight; who would exceed certainty is certain, and the rest share what is left.</summary>
    private static double[] InclusionProbabilities(ReadOnlySpan<double> weights, int count)
    {
        double[] inclusion = new double[weights.Length];
        bool changed = true;
        while (changed)
        {
            changed = false;
            double open = 0;
            int certain = 0;
            for (int i = 0; i < weights.Length; i++)
            {
                certain += inclusion[i] >= 1 ? 1 : 0;
                open += inclusion[i] >= 1 ? 0 : weights[i];
            }
            for (int i = 0; i < weights.Length; i++)
            {
                if (inclusion[i] < 1)
                {
                    inclusion[i] = Math.Min(1, (count - certain) * weights[i] / open);
                    changed |= inclusion[i] >= 1;
                }
            }
        }
        return inclusion;
    }
}

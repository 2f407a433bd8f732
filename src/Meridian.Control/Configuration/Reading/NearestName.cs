namespace Meridian.Control.Configuration.Reading;

/// <summary>Finds what somebody who made a typing mistake may have meant.</summary>
internal static class NearestName
{
    /// <summary>Longer names are not compared: the distance costs the product of the lengths.</summary>
    private const int ComparedLengthMax = 64;

    /// <summary>
    /// A mistake among more names than these gets a suggestion out of the first of them: errors must stay cheap.
    /// </summary>
    private const int ComparedCandidatesMax = 10_000;

    /// <summary>The candidate with the smallest distance, or null when none is near enough to be meant.</summary>
    public static string? Find(string written, IEnumerable<string> candidates)
    {
        if (written.Length is 0 or > ComparedLengthMax)
        {
            return null;
        }
        // One slip in a short word, one in three letters of a longer one: beyond that a suggestion is a guess.
        int bestDistance = Math.Max(1, written.Length / 3) + 1;
        string? best = null;
        foreach (string candidate in candidates.Take(ComparedCandidatesMax))
        {
            if (candidate.Length > ComparedLengthMax || Math.Abs(candidate.Length - written.Length) >= bestDistance)
            {
                continue;
            }
            int distance = Distance(written, candidate);
            if (distance < bestDistance)
            {
                (bestDistance, best) = (distance, candidate);
            }
        }
        return best;
    }

    /// <summary>
    /// Optimal string alignment: insertions, deletions, replacements and exchanges of neighbours, each 1; letters of
    /// different case are the same.
    /// </summary>
    internal static int Distance(string left, string right)
    {
        int[] beforePrevious = new int[right.Length + 1];
        int[] previous = new int[right.Length + 1];
        int[] current = new int[right.Length + 1];
        for (int j = 0; j <= right.Length; j++)
        {
            previous[j] = j;
        }
        for (int i = 1; i <= left.Length; i++)
        {
            current[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                bool same = Same(left[i - 1], right[j - 1]);
                int distance = Math.Min(Math.Min(previous[j], current[j - 1]) + 1, previous[j - 1] + (same ? 0 : 1));
                if (i > 1 && j > 1 && Same(left[i - 1], right[j - 2]) && Same(left[i - 2], right[j - 1]))
                {
                    distance = Math.Min(distance, beforePrevious[j - 2] + 1);
                }
                current[j] = distance;
            }
            (beforePrevious, previous, current) = (previous, current, beforePrevious);
        }
        return previous[right.Length];
    }

    private static bool Same(char left, char right) => char.ToLowerInvariant(left) == char.ToLowerInvariant(right);
}

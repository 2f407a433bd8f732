namespace Meridian.Dns.Records;

/// <summary>Finds what somebody may have meant.</summary>
internal static class NearestWord
{
    // Longer words are not misspelt mnemonics, and the table below stays small.
    private const int GreatestLength = 32;

    /// <summary>
    /// The candidate with the fewest letters inserted, left out, changed or swapped; null when none is near: more than a
    /// third of the word, and one at least, would have to change.
    /// </summary>
    internal static string? Find(ReadOnlySpan<char> word, IEnumerable<string> candidates)
    {
        if (word.Length is 0 or > GreatestLength)
        {
            return null;
        }
        string? nearest = null;
        int least = Math.Max(1, word.Length / 3) + 1;
        foreach (string candidate in candidates)
        {
            int distance = candidate.Length > GreatestLength ? least : Distance(word, candidate);
            if (distance < least)
            {
                (nearest, least) = (candidate, distance);
            }
        }
        return nearest;
    }

    // Optimal string alignment: three rows of the table are enough.
    private static int Distance(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        const int RowLength = GreatestLength + 1;
        Span<int> rows = stackalloc int[3 * RowLength];
        for (int j = 0; j <= right.Length; j++)
        {
            rows[j] = j;
        }
        for (int i = 1; i <= left.Length; i++)
        {
            Span<int> row = rows.Slice(i % 3 * RowLength, RowLength);
            Span<int> above = rows.Slice((i + 2) % 3 * RowLength, RowLength);
            Span<int> twoAbove = rows.Slice((i + 1) % 3 * RowLength, RowLength);
            row[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                char l = char.ToUpperInvariant(left[i - 1]);
                char r = char.ToUpperInvariant(right[j - 1]);
                int best = Math.Min(Math.Min(row[j - 1], above[j]) + 1, above[j - 1] + (l == r ? 0 : 1));
                if (i > 1 && j > 1
                    && l == char.ToUpperInvariant(right[j - 2])
                    && r == char.ToUpperInvariant(left[i - 2]))
                {
                    best = Math.Min(best, twoAbove[j - 2] + 1);
                }
                row[j] = best;
            }
        }
        return rows.Slice(left.Length % 3 * RowLength, RowLength)[right.Length];
    }
}

namespace Meridian.Engine.Tests.Steering;

/// <summary>Makes a case that fails as small as it can: leaves choices out, puts zeros for them, makes them smaller.</summary>
internal static class Shrinker
{
    /// <summary>Cases that are tried at most; each is a configuration that is compiled and asked.</summary>
    private const int AttemptsMax = 6000;

    private const int LargestChunk = 64;

    /// <summary>Shrinks.</summary>
    /// <param name="choices">Of a case that fails.</param>
    /// <param name="fails">Whether the case of these choices fails too; gives back the choices that it made.</param>
    public static IReadOnlyList<int> Shrink(IReadOnlyList<int> choices, Func<IReadOnlyList<int>, (bool Fails, IReadOnlyList<int> Made)> fails)
    {
        int[] best = [.. choices];
        int attempts = 0;
        while (attempts < AttemptsMax && Candidates(best).TakeWhile(_ => attempts++ < AttemptsMax).Select(Try).FirstOrDefault(found => found is not null) is { } smaller)
        {
            best = smaller;
        }
        return best;

        int[]? Try(int[] candidate)
        {
            (bool isFailure, IReadOnlyList<int> made) = fails(candidate);
            // What it made: without what it never looked at.
            return isFailure && IsSmaller(made, best) ? Trimmed(made) : null;
        }
    }

    private static IEnumerable<int[]> Candidates(int[] from)
    {
        for (int size = Math.Min(LargestChunk, from.Length); size > 0; size /= 2)
        {
            for (int at = from.Length - size; at >= 0; at -= size)
            {
                yield return [.. from[..at], .. from[(at + size)..]];
            }
        }
        for (int size = Math.Min(LargestChunk, from.Length); size > 0; size /= 2)
        {
            for (int at = from.Length - size; at >= 0; at -= size)
            {
                if (from.AsSpan(at, size).ContainsAnyExcept(0))
                {
                    yield return [.. from[..at], .. new int[size], .. from[(at + size)..]];
                }
            }
        }
        for (int at = 0; at < from.Length; at++)
        {
            foreach (int less in new[] { from[at] / 2, from[at] - 1 }.Where(less => less > 0 && less < from[at]).Distinct())
            {
                yield return [.. from[..at], less, .. from[(at + 1)..]];
            }
        }
    }

    /// <summary>Shorter, or as long and smaller where they first differ.</summary>
    private static bool IsSmaller(IReadOnlyList<int> candidate, int[] best)
    {
        int[] trimmed = Trimmed(candidate);
        int[] other = Trimmed(best);
        return trimmed.Length != other.Length ? trimmed.Length < other.Length : trimmed.AsSpan().SequenceCompareTo(other) < 0;
    }

    // Zeros at the end are what comes of nothing.
    private static int[] Trimmed(IReadOnlyList<int> choices) => [.. choices.Take(choices.Count - choices.Reverse().TakeWhile(choice => choice == 0).Count())];
}

using Meridian.Engine.Snapshot;

namespace Meridian.Control.History;

/// <summary>Which state answered when, from what a segment says of its swaps.</summary>
internal static class PastSwaps
{
    /// <summary>When each state of a segment took effect, in order.</summary>
    public static IEnumerable<SwapTimes> Of(IEnumerable<HistoryRecord> segment)
    {
        SwapTimes? open = null;
        foreach (HistoryRecord record in segment)
        {
            if (record is SwapRecord told && open?.Stamp == told.Stamp)
            {
                open = told.Swap;
            }
            else if (open is null || record.Stamp > open.Value.Stamp)
            {
                if (open is { } done)
                {
                    yield return done;
                }
                // Where the server stopped, nothing answered in the same millisecond any more.
                open = record is ClosedRecord ? new SwapTimes(record.Stamp, record.Stamp, record.Stamp) : SwapTimes.Within(record.Stamp);
            }
        }
        if (open is { } last)
        {
            yield return last;
        }
    }

    /// <summary>The state of a stamp, and the next one.</summary>
    public static PastSpan? Named(IEnumerable<SwapTimes> swaps, long stamp) => Find(swaps, swap => swap.Stamp <= stamp);

    /// <summary>The state that had surely taken effect by a moment, and the next one.</summary>
    public static PastSpan? At(IEnumerable<SwapTimes> swaps, long moment) => Find(swaps, swap => swap.SettledAt <= moment);

    private static PastSpan? Find(IEnumerable<SwapTimes> swaps, Func<SwapTimes, bool> isReached)
    {
        SwapTimes? found = null;
        foreach (SwapTimes swap in swaps)
        {
            if (!isReached(swap))
            {
                return found is { } before ? new PastSpan(before, swap) : null;
            }
            found = swap;
        }
        return found is { } last ? new PastSpan(last, null) : null;
    }
}

/// <summary>A state's time.</summary>
/// <param name="State">When it took effect.</param>
/// <param name="Next">When the next one did; null when none is known.</param>
internal readonly record struct PastSpan(SwapTimes State, SwapTimes? Next);

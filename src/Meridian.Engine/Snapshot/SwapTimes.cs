namespace Meridian.Engine.Snapshot;

/// <summary>
/// When one state took the place of another, in milliseconds since 1970. The clock and the swap are two things: between the two
/// readings around it a query may have been answered by either state, and outside them by one alone.
/// </summary>
/// <param name="Stamp">The name of the state, unique and growing. Ids of decisions have it.</param>
/// <param name="BeganAt">The clock before the swap: what was answered earlier was answered by the state before.</param>
/// <param name="SettledAt">
/// The clock after the swap, rounded up: what is asked from here on is not answered by the state before. Never less than of an earlier state.
/// </param>
public readonly record struct SwapTimes(long Stamp, long BeganAt, long SettledAt)
{
    /// <summary>Those of a state of which the stamp alone is known: the swap was within its millisecond.</summary>
    public static SwapTimes Within(long stamp) => new(stamp, stamp, stamp + 1);

    /// <summary>Whether the stamp says it all.</summary>
    public bool IsOrdinary => this == Within(Stamp);
}

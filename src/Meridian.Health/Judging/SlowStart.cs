namespace Meridian.Health.Judging;

/// <summary>The weight of a member that has come back: it grows in tenths, so that a cold cache is not overrun.</summary>
internal static class SlowStart
{
    private const int Step = 10;

    /// <summary>The share of its weight, 10 to 100.</summary>
    /// <param name="elapsed">Since it came back.</param>
    /// <param name="duration">Until it has all of its weight; zero for at once.</param>
    internal static int PercentAt(TimeSpan elapsed, TimeSpan duration)
    {
        if (elapsed >= duration)
        {
            return 100;
        }

        int tenths = (int)(elapsed.Ticks * Step / duration.Ticks);
        return Math.Clamp((tenths + 1) * Step, Step, 100 - Step);
    }
}

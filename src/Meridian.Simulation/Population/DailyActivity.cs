namespace Meridian.Simulation.Population;

/// <summary>How busy clients are over a day.</summary>
internal static class DailyActivity
{
    private const double SecondsPerHour = 3_600;
    private const double HoursPerDay = 24;

    // Least at four in the morning of the clients' own day, most twelve hours later.
    private const double QuietestHour = 4;

    // A rate of nothing at all would make a wait without end.
    private const double Least = 1e-6;

    /// <summary>The rate of an hour beside the day's mean; the same for all of the hour.</summary>
    /// <param name="swing">0 to 1.</param>
    /// <param name="clockOffset">How far ahead of UTC the clients' day is, in seconds.</param>
    /// <param name="unixSeconds">When.</param>
    public static double At(double swing, double clockOffset, double unixSeconds)
    {
        double hour = Math.Floor(unixSeconds / SecondsPerHour) + 0.5 + clockOffset / SecondsPerHour;
        return Math.Max(Least, 1 - swing * Math.Cos((hour - QuietestHour) / HoursPerDay * Math.Tau));
    }
}

using System.Globalization;

namespace Meridian.Health;

/// <summary>Durations as people write them: <c>0.4 ms</c>, <c>12 ms</c>, <c>3 s</c>, <c>1.5 s</c>.</summary>
internal static class DurationText
{
    /// <summary>One decimal below 10 of the unit, none above, and none that is zero.</summary>
    internal static string Format(TimeSpan duration)
    {
        double milliseconds = duration.TotalMilliseconds;
        return milliseconds switch
        {
            < 999.5 => Number(milliseconds) + " ms",
            < 119_500 => Number(milliseconds / 1000) + " s",
            < 7_170_000 => Number(milliseconds / 60_000) + " min",
            _ => Number(milliseconds / 3_600_000) + " h",
        };
    }

    private static string Number(double value) =>
        value.ToString(value < 9.95 ? "0.#" : "0", CultureInfo.InvariantCulture);
}

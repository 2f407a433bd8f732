namespace Meridian.Host.Status;

/// <summary>How long ago, in the two units that matter.</summary>
internal static class Ages
{
    public static string Format(TimeSpan age) => age switch
    {
        // Two clocks that differ a little must not show a negative age.
        { Ticks: < 0 } => "0s",
        { TotalSeconds: < 60 } => $"{age.Seconds}s",
        { TotalMinutes: < 60 } => $"{age.Minutes}m {age.Seconds}s",
        { TotalHours: < 24 } => $"{age.Hours}h {age.Minutes}m",
        _ => $"{age.Days}d {age.Hours}h",
    };
}

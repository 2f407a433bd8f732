using System.Globalization;

namespace Meridian.Control.Configuration.Reading.Values;

/// <summary>
/// A duration within a range. A bare number is refused: seconds and milliseconds are too easily confused.
/// </summary>
internal sealed class DurationValue(TimeSpan least, TimeSpan most) : ScalarReader<TimeSpan>
{
    public override string Description => $"a duration, {DurationText.Format(least)} to {DurationText.Format(most)}";

    public override string Example =>
        DurationText.Format(TimeSpan.FromSeconds(Math.Clamp(10, least.TotalSeconds, most.TotalSeconds)));

    public override string Format(TimeSpan value) => DurationText.Format(value);

    protected override bool TryParse(ReadContext context, string text, out TimeSpan value, out ReadProblem problem)
    {
        problem = DurationProblems.OfBareNumber(text);
        return DurationText.TryParse(text, out value) && value >= least && value <= most;
    }
}

/// <summary>A time to live: a duration in whole seconds that fits RFC 2181 §8 (31 bits).</summary>
internal sealed class TtlValue : ScalarReader<uint>
{
    /// <summary>RFC 2181 §8.</summary>
    public const uint MaxSeconds = int.MaxValue;

    public override string Description => "a duration in whole seconds, 0s to 2147483647s";

    public override string Example => "60s";

    public override string Format(uint value) => DurationText.Format(TimeSpan.FromSeconds(value));

    protected override bool TryParse(ReadContext context, string text, out uint value, out ReadProblem problem)
    {
        value = 0;
        problem = DurationProblems.OfBareNumber(text);
        if (!DurationText.TryParse(text, out TimeSpan duration)
            || duration.Ticks % TimeSpan.TicksPerSecond != 0
            || duration.Ticks / TimeSpan.TicksPerSecond > MaxSeconds)
        {
            return false;
        }
        value = (uint)(duration.Ticks / TimeSpan.TicksPerSecond);
        return true;
    }
}

file static class DurationProblems
{
    public static ReadProblem OfBareNumber(string text) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _)
            ? new ReadProblem($"a duration needs a unit (ms, s, m, h, d, w): write {text}s if seconds are meant")
            : default;
}

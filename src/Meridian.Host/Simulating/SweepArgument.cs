using System.Globalization;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Simulation.Results;

namespace Meridian.Host.Simulating;

/// <summary>What <c>--sweep</c> says: a key, and the values that it is to have in turn.</summary>
/// <param name="Key">What is changed.</param>
/// <param name="Values">TTLs in seconds, shares, or exponents.</param>
internal sealed record SweepArgument(SweepKey Key, double[] Values)
{
    /// <summary>Values in one sweep: each is a run of its own.</summary>
    private const int MaxValues = 32;

    /// <summary>Reads <c>ttl=10s,60s</c>, <c>jitter=0%,10%</c>, <c>skew=0,0.5,1</c> or <c>subnet-share=0%,50%</c>.</summary>
    /// <returns>Null, with what was expected, when it is none of them.</returns>
    public static SweepArgument? Parse(string text, out string problem)
    {
        problem = $"'{text}' is not a sweep: write it as ttl=10s,60s, jitter=0%,10%, skew=0,0.5,1 or subnet-share=0%,50%";
        string[] parts = text.Split('=', 2);
        if (parts.Length != 2 || KeyOf(parts[0]) is not { } key)
        {
            return null;
        }
        string[] written = parts[1].Split(',');
        double?[] values = [.. written.Select(value => ValueOf(key, value))];
        return values.Length is > 0 and <= MaxValues && Array.TrueForAll(values, value => value is not null)
            ? new SweepArgument(key, [.. values.Select(value => value.GetValueOrDefault())])
            : null;
    }

    private static SweepKey? KeyOf(string text) => text switch
    {
        "ttl" => SweepKey.Ttl,
        "jitter" => SweepKey.Jitter,
        "skew" => SweepKey.Skew,
        "subnet-share" => SweepKey.SubnetShare,
        _ => null,
    };

    private static double? ValueOf(SweepKey key, string text)
    {
        if (key == SweepKey.Ttl)
        {
            return DurationText.TryParse(text, out TimeSpan ttl) && ttl.TotalSeconds is >= 0 and <= 604_800 ? ttl.TotalSeconds : null;
        }
        bool isShare = key is SweepKey.Jitter or SweepKey.SubnetShare;
        double most = key switch { SweepKey.Jitter => 50, SweepKey.SubnetShare => 100, _ => 2 };
        return isShare == text.EndsWith('%')
            && double.TryParse(text.TrimEnd('%'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value)
            && value <= most
            ? isShare ? value / 100 : value
            : null;
    }
}

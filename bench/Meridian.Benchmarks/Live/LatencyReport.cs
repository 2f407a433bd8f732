using System.Globalization;

namespace Meridian.Benchmarks.Live;

/// <summary>Times of one kind, and their order statistics.</summary>
internal sealed class LatencyReport
{
    private readonly List<double> _milliseconds = [];

    public int Count => _milliseconds.Count;

    public void Add(TimeSpan time) => _milliseconds.Add(time.TotalMilliseconds);

    /// <summary>One line of JSON: what, how many, and milliseconds.</summary>
    public string ToJson(string what)
    {
        double[] sorted = [.. _milliseconds.Order()];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"what\": \"{what}\", \"count\": {sorted.Length}, \"p50Ms\": {At(0.5):0.###}, \"p99Ms\": {At(0.99):0.###}, \"maxMs\": {At(1):0.###}}}");

        double At(double share) => sorted.Length == 0 ? double.NaN : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))];
    }
}

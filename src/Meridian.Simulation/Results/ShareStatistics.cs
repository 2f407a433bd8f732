namespace Meridian.Simulation.Results;

/// <summary>How far what a target gets is off what it is meant to get.</summary>
internal static class ShareStatistics
{
    private const int BatchCount = 20;
    private const double NormalQuantile = 1.96;
    private const double MinuteSeconds = 60;

    /// <summary>Looks at the first bins of a series.</summary>
    public static TargetTraffic Of(
        string target, string site, double[] meant, double[] series, double[] requests, int bins, double binSeconds)
    {
        int minute = Math.Max(1, (int)Math.Round(MinuteSeconds / binSeconds));
        double[] minutes = Shares(series, requests, bins, minute);
        double[] batches = Shares(series, requests, bins, Math.Max(1, bins / BatchCount));
        double[] meantRequests = [.. meant.Zip(requests, (share, all) => share * all)];
        double[] meantMinutes = Shares(meantRequests, requests, bins, minute);
        double squares = 0;
        double largest = 0;
        for (int i = 0; i < minutes.Length; i++)
        {
            double off = Math.Abs(minutes[i] - meantMinutes[i]);
            squares += off * off;
            largest = Math.Max(largest, off);
        }
        double mean = batches.Average();
        double variance = batches.Sum(share => (share - mean) * (share - mean)) / Math.Max(1, batches.Length - 1);
        double all = requests.AsSpan(0, bins).ToArray().Sum();
        return new TargetTraffic(
            target,
            site,
            all > 0 ? meantRequests.Sum() / all : 0,
            all > 0 ? series.AsSpan(0, bins).ToArray().Sum() / all : 0,
            NormalQuantile * Math.Sqrt(variance / batches.Length),
            Math.Sqrt(squares / minutes.Length),
            largest,
            [.. series]);
    }

    private static double[] Shares(double[] series, double[] requests, int bins, int width)
    {
        double[] shares = new double[Math.Max(1, bins / width)];
        for (int i = 0; i < shares.Length; i++)
        {
            int length = Math.Min(width, bins - i * width);
            double all = requests.AsSpan(i * width, length).ToArray().Sum();
            shares[i] = all > 0 ? series.AsSpan(i * width, length).ToArray().Sum() / all : 0;
        }
        return shares;
    }
}

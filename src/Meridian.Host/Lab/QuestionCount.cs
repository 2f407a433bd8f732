using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Meridian.Host.Status;

namespace Meridian.Host.Lab;

/// <summary>How many questions the authority answers, second by second, by its own metrics.</summary>
internal sealed class QuestionCount(LabPlan plan, LabClock clock)
{
    // The metric's documented name as Prometheus' text has it: counters end in _total there.
    private static readonly string Metric = $"{"meridian.dns.queries".Replace('.', '_')}_total";
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(0.25);

    private readonly List<(double At, double Total)> _totals = [];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using LocalEndpointClient client = new(new Uri($"http://127.0.0.1:{plan.HttpPort}"));
        using PeriodicTimer pace = new(Every, clock.Time);
        try
        {
            do
            {
                double at = clock.Elapsed;
                EndpointReply reply = await client.GetAsync("metrics", cancellationToken);
                if (reply.Status == HttpStatusCode.OK)
                {
                    _totals.Add((at, TotalOf(reply.Body)));
                }
            }
            while (await pace.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The experiment is over.
        }
    }

    /// <summary>Questions in each second of the experiment, before and after the event.</summary>
    /// <param name="eventAt">Seconds begin there.</param>
    /// <param name="own">The lab's own direct questions in a second, which are taken off.</param>
    /// <returns>By the second's number from the event; negative before it.</returns>
    public ImmutableDictionary<int, double> PerSecond(double eventAt, double own)
    {
        Dictionary<int, double> found = [];
        foreach (((double from, double before), (double to, double after)) in _totals.Zip(_totals.Skip(1)))
        {
            // An even stream between two readings, a quarter of a second apart.
            for (int second = (int)Math.Floor(from - eventAt); second < to - eventAt; second++)
            {
                double part = Math.Min(to - eventAt, second + 1) - Math.Max(from - eventAt, second);
                found[second] = found.GetValueOrDefault(second) + (part * (((after - before) / (to - from)) - own));
            }
        }
        return found.ToImmutableDictionary(pair => pair.Key, pair => Math.Max(0, pair.Value));
    }

    private static double TotalOf(string metrics)
    {
        double total = 0;
        foreach (string line in metrics.Split('\n'))
        {
            if (line.StartsWith(Metric, StringComparison.Ordinal)
                && double.TryParse(line[(line.LastIndexOf(' ') + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
            {
                total += value;
            }
        }
        return total;
    }
}

using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Meridian.Benchmarks;

/// <summary>What one server came to in one scenario, over all rounds.</summary>
/// <param name="Scenario">What was asked, and how.</param>
/// <param name="Server">Who answered.</param>
/// <param name="Metric">What was measured, with its unit.</param>
/// <param name="Median">Of the rounds.</param>
/// <param name="Lowest">Of the rounds.</param>
/// <param name="Highest">Of the rounds.</param>
/// <param name="Ratio">Of the median to that of the scenario's reference (gdnsd, over sockets); null without one.</param>
/// <param name="Rounds">How many.</param>
internal sealed record PeerResult(
    string Scenario, string Server, string Metric, double Median, double Lowest, double Highest, double? Ratio, int Rounds);

/// <summary>Sums up the measurements of bench/peers.sh.</summary>
internal static class PeerReport
{
    private const string Reference = "gdnsd";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>Writes results.json and results.svg, and the same as a table to the output; returns the exit code.</summary>
    /// <param name="measurements">Lines of scenario, server, round, metric and value, separated by tabs.</param>
    /// <param name="directory">Where to.</param>
    /// <param name="output">For people.</param>
    public static int Write(string measurements, string directory, TextWriter output)
    {
        ImmutableArray<PeerResult> results = Summarise(File.ReadLines(measurements));
        if (results.IsEmpty)
        {
            Console.Error.WriteLine($"{measurements} holds no measurement.");
            return 1;
        }

        Directory.CreateDirectory(directory);
        File.WriteAllText(Path.Combine(directory, "results.json"), JsonSerializer.Serialize(results, Indented) + "\n");
        File.WriteAllText(Path.Combine(directory, "results.svg"), PeerChart.Draw(results));
        output.Write(Table(results));
        return 0;
    }

    /// <summary>In the order in which scenarios and servers first appear.</summary>
    internal static ImmutableArray<PeerResult> Summarise(IEnumerable<string> lines)
    {
        var groups = lines
            .Select(static line => line.Split('\t'))
            .Where(static fields => fields.Length == 5)
            .Select(static f => (Scenario: f[0], Server: f[1], Metric: f[3], Value: double.Parse(f[4], CultureInfo.InvariantCulture)))
            .GroupBy(static m => (m.Scenario, m.Server, m.Metric))
            .Select(static group => (group.Key, Values: group.Select(static m => m.Value).Order().ToArray()))
            .ToList();
        return
        [
            .. groups.Select(group =>
            {
                double[]? reference = groups.Find(
                    other => other.Key == (group.Key.Scenario, Reference, group.Key.Metric)).Values;
                double median = Median(group.Values);
                return new PeerResult(
                    group.Key.Scenario,
                    group.Key.Server,
                    group.Key.Metric,
                    median,
                    group.Values[0],
                    group.Values[^1],
                    reference is null ? null : median / Median(reference),
                    group.Values.Length);
            }),
        ];
    }

    private static double Median(double[] sorted) =>
        (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;

    private static string Table(ImmutableArray<PeerResult> results)
    {
        StringBuilder text = new();
        foreach (IGrouping<(string, string), PeerResult> group in results.GroupBy(static r => (r.Scenario, r.Metric)))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{group.Key.Item1}: {group.Key.Item2}\n");
            foreach (PeerResult result in group)
            {
                string ratio = result.Ratio is { } value ? value.ToString("0.00", CultureInfo.InvariantCulture) + " × gdnsd" : "";
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"  {result.Server,-14} {result.Median,12:0.###} ({result.Lowest:0.###}–{result.Highest:0.###}, {result.Rounds} rounds) {ratio}\n");
            }
        }

        return text.ToString();
    }
}

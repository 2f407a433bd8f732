using System.Collections.Immutable;
using System.Text.Json;
using BenchmarkDotNet.Reports;

namespace Meridian.Benchmarks;

/// <summary>Compares what the benchmarks allocated with what bench/allocations.json lets them.</summary>
internal static class AllocationGate
{
    /// <summary>Says what is wrong, and returns the exit code.</summary>
    /// <param name="summaries">A run of every benchmark.</param>
    /// <param name="listPath">A JSON object: octets per operation, by `Class.Method`.</param>
    public static int Check(ImmutableArray<Summary> summaries, string listPath)
    {
        Dictionary<string, long> allowed = JsonSerializer.Deserialize<Dictionary<string, long>>(File.ReadAllText(listPath)) ?? [];
        HashSet<string> measured = [];
        List<string> problems = [];
        foreach (BenchmarkReport report in summaries.SelectMany(static summary => summary.Reports))
        {
            string name = $"{report.BenchmarkCase.Descriptor.Type.Name}.{report.BenchmarkCase.Descriptor.WorkloadMethod.Name}";
            measured.Add(name);
            if (!report.Success || report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) is not { } allocated)
            {
                problems.Add($"{name} failed: nothing was measured");
            }
            else if (!allowed.TryGetValue(name, out long limit))
            {
                problems.Add($"{name} is not listed; it allocates {allocated} octets per operation");
            }
            else if (allocated > limit)
            {
                problems.Add($"{name} allocates {allocated} octets per operation, not {limit}");
            }
        }

        // A name that is only listed would look as though it were held to its limit.
        problems.AddRange(allowed.Keys.Where(name => !measured.Contains(name)).Select(name => $"{name} is listed, but there is no such benchmark"));
        problems.ForEach(static problem => Console.Error.WriteLine($"allocations: {problem}"));
        Console.WriteLine(problems.Count == 0
            ? $"Allocation gate: {measured.Count} benchmarks allocate no more than listed."
            : $"Allocation gate: {problems.Count} problems. bench/allocations.json is the list.");
        return problems.Count == 0 && measured.Count > 0 ? 0 : 1;
    }
}

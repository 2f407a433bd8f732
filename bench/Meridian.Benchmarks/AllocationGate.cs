using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using BenchmarkDotNet.Attributes;

namespace Meridian.Benchmarks;

/// <summary>
/// Compares what every benchmark allocates with what bench/allocations.json lets it. It counts to the octet what the calling
/// thread takes in a hundred thousand calls: BenchmarkDotNet counts the whole process and rounds to an octet per call, so that
/// it hides one allocation in a thousand calls, and shows what another thread did as 1.
/// </summary>
internal static class AllocationGate
{
    private const int CallsPerRound = 100_000;

    // The first meets what the runtime sets up once, such as the code of a path that is taken for the first time.
    private const int WarmUpRounds = 1;
    private const int Rounds = 3;

    /// <summary>Says what is wrong, and returns the exit code.</summary>
    /// <param name="listPath">A JSON object: octets per call, by `Class.Method`.</param>
    public static int Check(string listPath)
    {
        Dictionary<string, long> allowed = JsonSerializer.Deserialize<Dictionary<string, long>>(File.ReadAllText(listPath)) ?? [];
        HashSet<string> measured = [];
        List<string> problems = [];
        foreach ((string name, Func<int, long> measure) in Benchmarks())
        {
            measured.Add(name);
            long allocated = measure(CallsPerRound);
            Console.WriteLine($"{name}: {allocated} octets in {CallsPerRound} calls");
            if (!allowed.TryGetValue(name, out long limit))
            {
                problems.Add($"{name} is not listed; it allocates {allocated} octets in {CallsPerRound} calls");
            }
            else if (allocated > limit * CallsPerRound)
            {
                problems.Add($"{name} allocates {allocated} octets in {CallsPerRound} calls, not {limit} in each");
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

    private static IEnumerable<(string Name, Func<int, long> Measure)> Benchmarks()
    {
        foreach (Type type in typeof(AllocationGate).Assembly.GetExportedTypes())
        {
            ImmutableArray<MethodInfo> methods =
                [.. type.GetMethods().Where(static method => method.GetCustomAttribute<BenchmarkAttribute>() is not null)];
            if (methods.IsEmpty)
            {
                continue;
            }

            object instance = Activator.CreateInstance(type) ?? throw new InvalidOperationException($"{type.Name} cannot be made.");
            foreach (MethodInfo setup in type.GetMethods().Where(static method => method.GetCustomAttribute<GlobalSetupAttribute>() is not null))
            {
                setup.Invoke(instance, null);
            }

            foreach (MethodInfo method in methods)
            {
                Delegate call = method.CreateDelegate(typeof(Func<>).MakeGenericType(method.ReturnType), instance);
                yield return ($"{type.Name}.{method.Name}", MeasureOf(call));
            }
        }
    }

    private static Func<int, long> MeasureOf(Delegate call) => call switch
    {
        Func<int> number => calls => Measure(number, calls),
        Func<bool> flag => calls => Measure(flag, calls),
        Func<byte> octet => calls => Measure(octet, calls),
        _ => throw new NotSupportedException($"{call.Method.Name} returns {call.Method.ReturnType.Name}: teach the gate to call it."),
    };

    /// <summary>The octets of the worst of some rounds.</summary>
    private static long Measure<T>(Func<T> call, int calls)
    {
        long worst = 0;
        for (int round = 0; round < WarmUpRounds + Rounds; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < calls; i++)
            {
                call();
            }

            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            worst = round < WarmUpRounds ? worst : Math.Max(worst, allocated);
        }

        return worst;
    }
}

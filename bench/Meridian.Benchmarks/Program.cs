using System.Globalization;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Meridian.Benchmarks;
using Meridian.Benchmarks.Live;
using Perfolizer.Horology;

// Without arguments: every benchmark, measured properly. Other arguments than these are BenchmarkDotNet's own, such as
// `--filter *Answer*`.
// `--gate`: what each benchmark allocates, failing when it is more than allocations.json says.
// `--networks PLACE`: the networks of a place in the built-in location database, for the peers' configurations.
// `--cpu`: CPU time per answer, for machines that are too busy for a clock on the wall.
// `--geo`: what compiling the location database costs, and what aggregation saves. `--diff`: the time of a diff of 1,000 policies.
// `--report FILE DIRECTORY`: a table, a JSON file and a chart from the measurements of bench/peers.sh.
// `--live change|flip PORT SIZE`: how soon a change shows on the wire (bench/live.sh).
// `--until-answered PORT NAME COMMAND…`: milliseconds from the start of a server to its first answer (bench/start.sh).
switch (args)
{
    case ["--until-answered", string port, string name, .. string[] command]:
        return FirstAnswer.Write(int.Parse(port, CultureInfo.InvariantCulture), name, command, Console.Out);
    case ["--live", string kind, string port, string size]:
        return await LiveRun.RunAsync(
            kind, int.Parse(port, CultureInfo.InvariantCulture), int.Parse(size, CultureInfo.InvariantCulture), Console.Out);
    case ["--networks", string place]:
        return NetworkList.Write(place, Console.Out);
    case ["--cpu"]:
        return CpuTimes.Write(Console.Out);
    case ["--geo"]:
        return GeoFigures.Write(Console.Out);
    case ["--diff"]:
        return DiffFigures.Write(Console.Out);
    case ["--report", string measurements, string directory]:
        return PeerReport.Write(measurements, directory, Console.Out);
    case ["--gate"]:
        return AllocationGate.Check(Path.Combine(AppContext.BaseDirectory, "allocations.json"));
}

// In this process: the generated project of another toolchain would inherit the repository's rules for product code.
Job job = Job.Default.WithToolchain(InProcessEmitToolchain.Instance)
    .WithWarmupCount(5).WithIterationCount(10).WithIterationTime(TimeInterval.FromMilliseconds(100));
IConfig config = DefaultConfig.Instance.AddJob(job).AddDiagnoser(MemoryDiagnoser.Default);
BenchmarkSwitcher.FromAssembly(typeof(AllocationGate).Assembly).Run(args.Length > 0 ? args : ["--filter", "*"], config);
return 0;

using System.Globalization;
using Meridian.StoreBench;

Dictionary<string, string> options = [];
for (int i = 1; i + 1 < args.Length; i += 2)
{
    options[args[i].TrimStart('-')] = args[i + 1];
}
int Number(string name, int otherwise) =>
    options.TryGetValue(name, out string? text) ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
string StoreDirectory() => options["directory"];
int seed = Number("seed", 20261120);

ProofResult? result = null;
switch (args.FirstOrDefault())
{
    case "write":
        return await WriterCommand.RunAsync(StoreDirectory(), Number("writers", 4), Number("count", 0), seed, Number("checkpoint", 1 << 20));
    case "fill":
        return await FullDiskCommand.RunAsync(StoreDirectory());
    case "crash":
        result = await CrashRounds.RunAsync(Number("rounds", 500), seed, Console.Out);
        break;
    case "trace":
        result = await FsyncOrder.RunAsync(Number("count", 300), Number("writers", 1), seed);
        break;
    case "powercut":
        result = await PowerCuts.RunAsync(Number("count", 150), Number("variants", 4), seed, Console.Out);
        break;
    case "fulldisk":
        result = await FullDisk.RunAsync();
        break;
    case "failsync":
        result = await FailingSync.RunAsync(Number("rounds", 60), seed);
        break;
    case "writers":
        result = await ConflictingWriters.RunAsync(Number("writers", 50), Number("rounds", 200), seed);
        break;
    case "throughput":
        result = await Throughput.RunAsync(Number("seconds", 5), options.GetValueOrDefault("directory"));
        break;
    case "import":
        result = await MassImport.RunAsync(Number("records", 1_000_000), options.GetValueOrDefault("directory"));
        break;
    default:
        Console.Error.WriteLine("usage: Meridian.StoreBench crash|trace|powercut|fulldisk|failsync|writers|throughput|import [--NAME NUMBER …]");
        return 2;
}
Console.WriteLine(result.Text);
foreach (string failure in result.Failures.Take(20))
{
    Console.WriteLine($"  FAILED: {failure}");
}
return result.Failures.Count == 0 ? 0 : 1;

using System.Diagnostics;
using System.Globalization;

namespace Meridian.Conformance.Tests.Fuzz;

/// <summary>Hostile input of all kinds: a short run with every test run, and <c>make fuzz</c> for as long as wanted.</summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private const string MinutesVariable = "MERIDIAN_FUZZ_MINUTES";
    private const string SeedVariable = "MERIDIAN_FUZZ_SEED";
    private const string RegressionsVariable = "MERIDIAN_FUZZ_REGRESSIONS";
    private const int DefaultSeed = 20261120;
    private const int DefaultMinutes = 30;

    // About ten seconds on one core of an ordinary machine.
    private const int ShortRounds = 25;

    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(30);

    [Fact]
    public void Targets_ShortRun_TakeEverything()
    {
        FuzzEngine engine = new(FuzzTargets.CreateAll(), DefaultSeed);
        for (int round = 0; round < ShortRounds; round++)
        {
            engine.RunRound();
        }
        Assert.True(engine.Crashes.Count == 0, string.Join("\n\n", engine.Crashes));
    }

    /// <summary><c>make fuzz</c>: prints what was tried; writes a regression directory for what fails.</summary>
    [Fact(Explicit = true)]
    public void Targets_LongRun_TakeEverything()
    {
        int seed = Read(SeedVariable, DefaultSeed);
        TimeSpan duration = TimeSpan.FromMinutes(Read(MinutesVariable, DefaultMinutes));
        FuzzEngine engine = new(FuzzTargets.CreateAll(), seed);
        Stopwatch elapsed = Stopwatch.StartNew();
        TimeSpan next = ProgressInterval;
        int written = 0;
        while (elapsed.Elapsed < duration)
        {
            engine.RunRound();
            for (; written < engine.Crashes.Count; written++)
            {
                Report(engine.Crashes[written]);
            }
            if (elapsed.Elapsed >= next)
            {
                Summarise(engine, seed, elapsed.Elapsed);
                next += ProgressInterval;
            }
        }
        Summarise(engine, seed, elapsed.Elapsed);
        Assert.True(engine.Crashes.Count == 0, string.Join("\n\n", engine.Crashes));
    }

    private void Report(FuzzCrash crash)
    {
        output.WriteLine($"FAILED {crash}");
        if (Environment.GetEnvironmentVariable(RegressionsVariable) is { Length: > 0 } regressions)
        {
            output.WriteLine($"written to {crash.Write(regressions)}");
        }
    }

    private void Summarise(FuzzEngine engine, int seed, TimeSpan elapsed) => output.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"seed {seed}, {elapsed:hh\\:mm\\:ss}: {engine.Taken} inputs, {engine.Taken / elapsed.TotalSeconds:F0}/s, {engine.Crashes.Count} failures; {engine.Describe()}"));

    private static int Read(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}

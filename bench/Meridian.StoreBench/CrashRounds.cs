using System.Diagnostics;
using System.Globalization;

namespace Meridian.StoreBench;

/// <summary>Kills a process that writes, at random instants, and looks at what is there.</summary>
public static class CrashRounds
{
    /// <summary>Rounds on one store before a new one: its history is verified whole in each.</summary>
    private const int RoundsPerStore = 20;

    /// <summary>Beyond this after its start a writer is killed, in milliseconds. The first instants hit the opening and recovering itself.</summary>
    private const int LongestMs = 500;

    /// <param name="rounds">How many times to kill.</param>
    /// <param name="seed">Of the instants and of what is written.</param>
    /// <param name="progress">Told every so many rounds.</param>
    public static async Task<ProofResult> RunAsync(int rounds, int seed, TextWriter progress)
    {
        Random random = new(seed);
        List<string> failures = [];
        long acknowledged = 0, unacknowledged = 0, killedMidway = 0;
        Stopwatch watch = Stopwatch.StartNew();
        for (int round = 0; round < rounds;)
        {
            DirectoryInfo parent = Directory.CreateTempSubdirectory("meridian-crash-");
            try
            {
                string directory = Path.Combine(parent.FullName, "store");
                long before = 0;
                for (int i = 0; i < RoundsPerStore && round < rounds; i++, round++)
                {
                    List<Acknowledgement> told = await WriteAndKillAsync(directory, seed + round, random);
                    (long head, List<string> problems) = await StoreExpectation.CheckAsync(directory, told);
                    failures.AddRange(problems.Select(problem => $"round {round}: {problem}"));
                    long accepted = told.LongCount(line => line.IsAccepted);
                    acknowledged += accepted;
                    killedMidway += accepted > 0 ? 1 : 0;
                    unacknowledged += head - before - accepted;
                    before = head;
                    if ((round + 1) % 25 == 0)
                    {
                        await progress.WriteLineAsync(string.Create(
                            CultureInfo.InvariantCulture, $"  {round + 1} of {rounds} rounds, {acknowledged} acknowledged, {failures.Count} failures"));
                    }
                }
            }
            finally
            {
                parent.Delete(recursive: true);
            }
        }
        return new ProofResult(
            string.Create(CultureInfo.InvariantCulture, $"killed -9 {rounds} times ({killedMidway} amid acknowledgements, the others while opening), {acknowledged} change sets acknowledged: ")
            + string.Create(CultureInfo.InvariantCulture, $"{failures.Count} lost, partial or damaged; {unacknowledged} more were durable and not yet told (seed {seed}, {watch.Elapsed.TotalSeconds:F0} s)"),
            failures);
    }

    private static async Task<List<Acknowledgement>> WriteAndKillAsync(string directory, int seed, Random random)
    {
        using Process process = StoreProcess.Start(StoreProcess.Writer(directory, random.Next(1, 9), 0, seed, random.Next(64 << 10, 2 << 20)));
        // Read all the time: a full pipe would hold the writers up.
        List<Acknowledgement> told = [];
        TaskCompletionSource first = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task reading = Task.Run(async () =>
        {
            // ReadLine would take half a line at the end for a whole one.
            using StreamReader reader = process.StandardOutput;
            string rest = "";
            char[] buffer = new char[16 << 10];
            int read;
            while ((read = await reader.ReadAsync(buffer)) > 0)
            {
                first.TrySetResult();
                rest += new string(buffer, 0, read);
                int end;
                while ((end = rest.IndexOf('\n', StringComparison.Ordinal)) >= 0)
                {
                    told.Add(Acknowledgement.Parse(rest[..(end + 1)]) ?? throw new InvalidOperationException($"not understood: {rest}"));
                    rest = rest[(end + 1)..];
                }
            }
            first.TrySetResult();
        });
        if (random.Next(6) != 0)
        {
            // Most instants lie within the writing; the others anywhere in starting and opening.
            await first.Task;
        }
        await Task.Delay(TimeSpan.FromMilliseconds(random.NextDouble() * LongestMs));
        process.Kill();
        await process.WaitForExitAsync();
        await reading;
        string errors = await process.StandardError.ReadToEndAsync();
        return process.ExitCode == 128 + 9 ? told : throw new InvalidOperationException($"the writer ended by itself with {process.ExitCode}: {errors}");
    }
}

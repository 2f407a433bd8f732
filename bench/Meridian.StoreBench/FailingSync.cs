using System.Globalization;

namespace Meridian.StoreBench;

/// <summary>Has the kernel fail one fdatasync after the other, in the log and in checkpoints.</summary>
public static class FailingSync
{
    private const int Writers = 3;
    private const int SetsPerWriter = 40;

    /// <param name="rounds">In the n-th, the n-th sync of the process fails; in every third, each one from it to a later one.</param>
    /// <param name="seed">Of what is written.</param>
    public static async Task<ProofResult> RunAsync(int rounds, int seed)
    {
        List<string> failures = [];
        int refused = 0, accepted = 0, recovered = 0, unopened = 0;
        for (int round = 0; round < rounds; round++)
        {
            DirectoryInfo parent = Directory.CreateTempSubdirectory("meridian-sync-");
            try
            {
                string directory = Path.Combine(parent.FullName, "store");
                int first = 1 + round;
                string when = round % 3 == 2
                    ? string.Create(CultureInfo.InvariantCulture, $"{first}..{first + 6}")
                    : string.Create(CultureInfo.InvariantCulture, $"{first}");
                List<Acknowledgement> told = [];
                try
                {
                    string output = await StoreProcess.RunAsync(
                    [
                        "strace", "-f", "-o", "/dev/null", "-e", "trace=fdatasync,fsync", "-e", $"inject=fdatasync,fsync:error=EIO:when={when}",
                        .. StoreProcess.Writer(directory, Writers, SetsPerWriter, seed + round, 200 << 10),
                    ]);
                    told.AddRange(output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => Acknowledgement.Parse(line + "\n"))
                        .OfType<Acknowledgement>());
                }
                catch (InvalidOperationException e) when (e.Message.Contains("the store cannot be opened", StringComparison.Ordinal))
                {
                    // The failing sync was one of opening: it says so, and has told nobody anything.
                    unopened++;
                }
                (_, List<string> problems) = await StoreExpectation.CheckAsync(directory, told);
                failures.AddRange(problems.Select(problem => $"sync {when} failed: {problem}"));
                int faults = told.Count(line => line is { Outcome: 'R', Detail: "Fault" });
                refused += faults;
                accepted += told.Count(line => line.IsAccepted);
                int lastFault = told.FindLastIndex(line => line.Outcome == 'R');
                recovered += faults > 0 && told.FindIndex(lastFault + 1, line => line.IsAccepted) > 0 ? 1 : 0;
            }
            finally
            {
                parent.Delete(recursive: true);
            }
        }
        if (refused == 0)
        {
            failures.Add("no sync failed");
        }
        return new ProofResult(
            string.Create(CultureInfo.InvariantCulture, $"{rounds} runs with failing syncs: {accepted} accepted and all there, {refused} refused as Fault and none of them there; ")
            + string.Create(CultureInfo.InvariantCulture, $"{recovered} opened again by themselves and went on, {unopened} failed to open and said so"),
            failures);
    }
}

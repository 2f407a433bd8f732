using System.Diagnostics;
using System.Globalization;

namespace Meridian.StoreBench;

/// <summary>
/// Records what a writing process does to its files, and replays it with a power cut after every single call: what was not
/// synced is dropped, kept, or kept in part, sector by sector. Each state is opened as a server would and verified.
/// </summary>
public static class PowerCuts
{
    private const int Writers = 2;

    /// <summary>A checkpoint every few commits, so that many are cut.</summary>
    private const int Checkpoint = 400 << 10;

    /// <param name="count">Change sets that are recorded of each of two writers.</param>
    /// <param name="variants">Torn states for each cut, beside the one with nothing and the one with all that was not synced.</param>
    /// <param name="seed">Of what is written and torn.</param>
    /// <param name="progress">Told now and then.</param>
    /// <param name="withoutSyncs">Replays as though the process had synced nothing: the control that shows that a lost sync would be found.</param>
    public static async Task<ProofResult> RunAsync(int count, int variants, int seed, TextWriter progress, bool withoutSyncs = false)
    {
        DirectoryInfo parent = Directory.CreateTempSubdirectory("meridian-cut-");
        // Only the recording needs a disk: the states are in memory where there is such a file system.
        DirectoryInfo scratch = Directory.Exists("/dev/shm")
            ? Directory.CreateDirectory(Path.Combine("/dev/shm", parent.Name))
            : parent.CreateSubdirectory("states");
        try
        {
            Recording recording = await Recording.MakeAsync(parent.FullName, Writers, count, seed, Checkpoint);
            return await ReplayAsync(recording, scratch.FullName, variants, seed, progress, withoutSyncs);
        }
        finally
        {
            scratch.Delete(recursive: true);
            parent.Delete(recursive: true);
        }
    }

    private static async Task<ProofResult> ReplayAsync(Recording recording, string scratch, int variants, int seed, TextWriter progress, bool withoutSyncs)
    {
        Random random = new(seed);
        CutDisk disk = new(recording.Directory);
        List<Acknowledgement> told = [];
        List<string> failures = [];
        int cuts = 0, states = 0, syncs = 0;
        Stopwatch watch = Stopwatch.StartNew();
        for (int i = 0; i < recording.Calls.Count; i++)
        {
            TracedCall call = recording.Calls[i];
            if (Recording.ToldBy(call) is { IsAccepted: true } line)
            {
                told.Add(line);
            }
            if ((withoutSyncs && call.IsSync && call.Path != recording.Directory) || !disk.Apply(call))
            {
                continue;
            }
            cuts++;
            syncs += call.IsSync ? 1 : 0;
            List<Func<bool>> kept = [() => false];
            if (disk.HasPending)
            {
                kept.Add(() => true);
                kept.AddRange(Enumerable.Range(0, variants).Select(_ => Torn(random)));
            }
            foreach (Func<bool> keeps in kept)
            {
                string directory = Path.Combine(scratch, "state");
                Directory.CreateDirectory(directory);
                disk.WriteState(directory, keeps);
                (_, List<string> problems) = await StoreExpectation.CheckAsync(directory, told);
                failures.AddRange(problems.Select(problem => $"cut after call {i} ({call.Name} {Path.GetFileName(call.Path)}), {told.Count} acknowledged: {problem}"));
                Directory.Delete(directory, recursive: true);
                states++;
            }
            if (cuts % 500 == 0)
            {
                await progress.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"  {cuts} cuts, {states} states, {failures.Count} failures"));
            }
        }
        if (told.Count == 0)
        {
            failures.Add("nothing was acknowledged in the recording");
        }
        return new ProofResult(
            string.Create(CultureInfo.InvariantCulture, $"{told.Count} acknowledged change sets recorded, power cut after each of {cuts} writes and {syncs} syncs: ")
            + string.Create(CultureInfo.InvariantCulture, $"{states} states recovered and verified, {failures.Count} lost, partial or damaged (seed {seed}, {watch.Elapsed.TotalSeconds:F0} s)"),
            failures);
    }

    /// <summary>Keeps a share that differs from state to state: nearly nothing, half, nearly all.</summary>
    private static Func<bool> Torn(Random random)
    {
        double share = random.NextDouble();
        return () => random.NextDouble() < share;
    }
}

using System.Globalization;
using System.Text;

namespace Meridian.StoreBench;

/// <summary>Shows by system calls that each acknowledgement comes after the sync of what it acknowledges.</summary>
public static class FsyncOrder
{
    /// <param name="count">Change sets of each writer.</param>
    /// <param name="writers">At once.</param>
    /// <param name="seed">Of what is written.</param>
    public static async Task<ProofResult> RunAsync(int count, int writers, int seed)
    {
        DirectoryInfo parent = Directory.CreateTempSubdirectory("meridian-trace-");
        try
        {
            Recording recording = await Recording.MakeAsync(parent.FullName, writers, count, seed, 1 << 20);
            return Judge(recording, writers);
        }
        finally
        {
            parent.Delete(recursive: true);
        }
    }

    private static ProofResult Judge(Recording recording, int writers)
    {
        List<string> failures = [];
        List<TracedCall> calls = recording.Calls;
        string log = Path.Combine(recording.Directory, "meridian.db-wal");
        int acknowledged = 0, syncs = 0;
        string sample = "";
        for (int i = 0; i < calls.Count; i++)
        {
            if (calls[i].IsSync && calls[i].Path == log)
            {
                syncs++;
            }
            if (Recording.ToldBy(calls[i]) is not { IsAccepted: true } told)
            {
                continue;
            }
            acknowledged++;
            byte[] marker = Encoding.ASCII.GetBytes(told.Marker);
            int written = calls.FindIndex(0, i, call => call.Name == "pwrite64" && call.Path == log && call.Data.AsSpan().IndexOf(marker) >= 0);
            int synced = written < 0 ? -1 : calls.FindIndex(written, i - written, call => call.IsSync && call.Path == log && call.Result == 0);
            if (synced < 0)
            {
                failures.Add($"revision {told.Number} was acknowledged {(written < 0 ? "before it was written" : "before it was synced")}");
            }
            else if (sample.Length == 0 || acknowledged == 2)
            {
                sample = Sample(calls, written, synced, i, told);
            }
        }
        if (acknowledged == 0)
        {
            failures.Add("nothing was acknowledged");
        }
        return new ProofResult(
            string.Create(CultureInfo.InvariantCulture, $"{writers} writer(s): {acknowledged} acknowledgements, each after the {syncs} syncs of the log; {failures.Count} before\n{sample}"),
            failures);
    }

    private static string Sample(List<TracedCall> calls, int written, int synced, int told, Acknowledgement line)
    {
        StringBuilder text = new();
        foreach (int i in Enumerable.Range(written, told - written + 1).Where(i => i <= written + 1 || i >= synced))
        {
            TracedCall call = calls[i];
            string what = call.Name switch
            {
                "pwrite64" => $"pwrite64({Path.GetFileName(call.Path)}, {call.Data.Length} octets at {call.Number})",
                "write" => $"write(pipe, \"A {line.Number} …\")",
                _ => $"{call.Name}({Path.GetFileName(call.Path)})",
            };
            text.Append(CultureInfo.InvariantCulture, $"    {what} = {call.Result}\n");
        }
        return text.ToString().TrimEnd();
    }
}

using System.Text;

namespace Meridian.StoreBench;

/// <summary>The system calls of a process that wrote to a store, and what it told.</summary>
internal sealed class Recording
{
    /// <summary>Octets of one call that strace keeps: more than SQLite writes in one.</summary>
    private const string LongestCall = "200000";

    private Recording(string directory, List<TracedCall> calls)
    {
        Directory = directory;
        Calls = calls;
    }

    /// <summary>The store's.</summary>
    public string Directory { get; }

    public List<TracedCall> Calls { get; }

    /// <summary>Runs a writing process under strace.</summary>
    public static async Task<Recording> MakeAsync(string parent, int writers, int count, int seed, int checkpoint)
    {
        string directory = Path.Combine(parent, "store");
        string trace = Path.Combine(parent, "trace");
        await StoreProcess.RunAsync(
        [
            "strace", "-f", "-y", "-xx", "-s", LongestCall, "-e", "trace=" + TraceReader.Calls, "-e", "signal=none", "-o", trace,
            .. StoreProcess.Writer(directory, writers, count, seed, checkpoint),
        ]);
        return new Recording(directory, TraceReader.Read(trace));
    }

    /// <summary>What a call told the outside; null when it is no such call.</summary>
    public static Acknowledgement? ToldBy(TracedCall call) =>
        call.Name == "write" && call.Path.StartsWith("pipe:", StringComparison.Ordinal) && call.Data.AsSpan().IndexOf((byte)'\n') > 0
            ? Acknowledgement.Parse(Encoding.ASCII.GetString(call.Data))
            : null;
}

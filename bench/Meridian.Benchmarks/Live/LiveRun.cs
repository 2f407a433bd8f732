using System.Diagnostics;

namespace Meridian.Benchmarks.Live;

/// <summary>
/// Changes what is served, by the code that changes it in production, and times each change until an answer on the wire
/// shows it: first one after the other, then a hundred a second, for as long as the standard input is open, for load to be
/// put on it from outside. The lines on the standard output are JSON.
/// </summary>
internal static class LiveRun
{
    private const int SettlingChanges = 20;

    // So many that one in a hundred is ten of them, and not the one that a collection happened to meet.
    private const int TimedChanges = 1_000;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    /// <summary>Runs, and returns the exit code.</summary>
    /// <param name="kind">change: of one record in a large zone; flip: of one member's health.</param>
    /// <param name="port">Where to serve, on loopback.</param>
    /// <param name="size">Records in the zone, or steered RRsets.</param>
    /// <param name="output">For the lines.</param>
    public static async Task<int> RunAsync(string kind, int port, int size, TextWriter output)
    {
        ILiveSubject subject = kind switch
        {
            "change" => new ZoneSubject(size),
            "flip" => new HealthSubject(size),
            _ => throw new ArgumentException($"There is no kind {kind}: change or flip."),
        };
        await using LiveServer server = new(subject.DataPlane, port);
        for (int i = 0; i < SettlingChanges; i++)
        {
            subject.Change();
            server.AwaitAddress(subject.Query, subject.Expected);
        }
        LatencyReport quiet = Time(TimedChanges, subject, server, TimeSpan.Zero, static () => false);
        await output.WriteLineAsync(quiet.ToJson($"{kind}, one after the other"));
        await output.WriteLineAsync("""{"what": "ready"}""");
        await output.FlushAsync();
        Task<int> end = Task.Run(Console.In.Read);
        LatencyReport loaded = Time(int.MaxValue, subject, server, Interval, () => end.IsCompleted);
        await output.WriteLineAsync(loaded.ToJson($"{kind}, {1 / Interval.TotalSeconds:0} a second under load"));
        return 0;
    }

    private static LatencyReport Time(int count, ILiveSubject subject, LiveServer server, TimeSpan interval, Func<bool> isEnd)
    {
        LatencyReport report = new();
        long due = Stopwatch.GetTimestamp();
        while (report.Count < count && !isEnd())
        {
            long start = Stopwatch.GetTimestamp();
            subject.Change();
            server.AwaitAddress(subject.Query, subject.Expected);
            report.Add(Stopwatch.GetElapsedTime(start));
            due += (long)(interval.TotalSeconds * Stopwatch.Frequency);
            TimeSpan wait = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
            if (wait > TimeSpan.Zero)
            {
                Thread.Sleep(wait);
            }
        }
        return report;
    }
}

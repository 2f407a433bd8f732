using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Meridian.Control.ChangeLog;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.StoreBench;

/// <summary>How many changes are made durable and acknowledged in a second.</summary>
public static class Throughput
{
    /// <param name="seconds">Each number of writers writes for so long.</param>
    /// <param name="parentDirectory">On the disk to measure; null: where temporary files go.</param>
    public static async Task<ProofResult> RunAsync(int seconds, string? parentDirectory)
    {
        StringBuilder text = new();
        foreach (int writers in new[] { 1, 8, 64 })
        {
            DirectoryInfo parent = parentDirectory is null
                ? Directory.CreateTempSubdirectory("meridian-throughput-")
                : Directory.CreateDirectory(Path.Combine(parentDirectory, "meridian-throughput"));
            try
            {
                text.AppendLine(await MeasureAsync(parent, writers, TimeSpan.FromSeconds(seconds)));
            }
            finally
            {
                parent.Delete(recursive: true);
            }
        }
        return new ProofResult(text.ToString().TrimEnd(), []);
    }

    private static async Task<string> MeasureAsync(DirectoryInfo parent, int writers, TimeSpan length)
    {
        await using SqliteChangeLog log = SqliteChangeLog.Open(
            new StoreOptions { Directory = Path.Combine(parent.FullName, "store") }, TimeProvider.System, NullLogger.Instance);
        ConcurrentBag<List<double>> latencies = [];
        // The first second compiles.
        await WriteAsync(log, writers, TimeSpan.FromSeconds(1), latencies);
        latencies.Clear();
        Stopwatch watch = Stopwatch.StartNew();
        await WriteAsync(log, writers, length, latencies);
        double elapsed = watch.Elapsed.TotalSeconds;
        double[] sorted = [.. latencies.SelectMany(some => some).Order()];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{writers,3} writer(s): {sorted.Length / elapsed,6:F0} acknowledged durable changes/s; an append takes {sorted[sorted.Length / 2]:F2} ms (p50), {sorted[(int)(sorted.Length * 0.99)]:F2} ms (p99)");
    }

    private static Task WriteAsync(SqliteChangeLog log, int writers, TimeSpan length, ConcurrentBag<List<double>> latencies)
    {
        long end = Stopwatch.GetTimestamp() + (long)(length.TotalSeconds * Stopwatch.Frequency);
        return Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
        {
            List<double> mine = [];
            for (int i = 0; Stopwatch.GetTimestamp() < end; i++)
            {
                long begin = Stopwatch.GetTimestamp();
                DocumentKey key = new(DocumentKinds.Records, string.Create(CultureInfo.InvariantCulture, $"example.com/host{writer}-{i % 1000}"));
                AppendResult result = await log.AppendAsync(
                    new ChangeSet
                    {
                        Changes = [DocumentChange.Put(key, DocumentBody.FromText($"{{\"A\":[\"192.0.2.{i % 250}\"],\"ttl\":\"60s\"}}"))],
                        Author = "writer",
                        Origin = ChangeOrigin.Api,
                        Message = "one record",
                    },
                    CancellationToken.None);
                if (result is not AppendResult.Accepted)
                {
                    throw new InvalidOperationException(result.ToString());
                }
                mine.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
            }
            latencies.Add(mine);
        })));
    }
}

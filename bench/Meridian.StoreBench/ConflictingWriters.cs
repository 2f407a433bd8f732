using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Meridian.Control.ChangeLog;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.StoreBench;

/// <summary>Many writers that count up the same few documents: every one is applied once or told of the conflict.</summary>
public static class ConflictingWriters
{
    private const int Documents = 5;

    public static async Task<ProofResult> RunAsync(int writers, int rounds, int seed)
    {
        DirectoryInfo parent = Directory.CreateTempSubdirectory("meridian-writers-");
        try
        {
            string directory = Path.Combine(parent.FullName, "store");
            ConcurrentBag<(long Number, string Marker)> accepted = [];
            int conflicts = 0;
            Stopwatch watch = Stopwatch.StartNew();
            List<string> failures = [];
            await using (SqliteChangeLog log = SqliteChangeLog.Open(new StoreOptions { Directory = directory }, TimeProvider.System, NullLogger.Instance))
            {
                await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
                {
                    Random random = new(seed + writer);
                    for (int i = 0; i < rounds; i++)
                    {
                        string marker = string.Create(CultureInfo.InvariantCulture, $"{writer}.{i}");
                        AppendResult result = await CountUpAsync(log, random.Next(Documents), marker);
                        if (result is AppendResult.Accepted done)
                        {
                            accepted.Add((done.Revision.Number, marker));
                        }
                        else if (result is AppendResult.Conflict)
                        {
                            Interlocked.Increment(ref conflicts);
                        }
                    }
                })));
                await CompareAsync(log, accepted, failures);
            }
            failures.AddRange(StoreMaintenance.Check(directory).Findings);
            int sets = writers * rounds;
            if (accepted.Count + conflicts != sets)
            {
                failures.Add($"{sets} sets, and {accepted.Count} accepted and {conflicts} in conflict");
            }
            return new ProofResult(
                string.Create(CultureInfo.InvariantCulture, $"{writers} writers, {sets} change sets on {Documents} documents: {accepted.Count} applied once, {conflicts} told of a conflict; ")
                + string.Create(CultureInfo.InvariantCulture, $"one line of {accepted.Count} revisions, verified by its chain ({watch.Elapsed.TotalSeconds:F1} s)"),
                failures);
        }
        finally
        {
            parent.Delete(recursive: true);
        }
    }

    private static async Task<AppendResult> CountUpAsync(SqliteChangeLog log, int document, string marker)
    {
        DocumentKey key = new(DocumentKinds.Pool, string.Create(CultureInfo.InvariantCulture, $"counter{document}"));
        Document? read = await log.GetAsync(key, CancellationToken.None);
        long value = read is { } present ? long.Parse(present.Body.ToString(), CultureInfo.InvariantCulture) : 0;
        return await log.AppendAsync(
            new ChangeSet
            {
                Changes = [DocumentChange.Put(key, DocumentBody.FromText((value + 1).ToString(CultureInfo.InvariantCulture)))],
                Preconditions = [new Precondition(key, read?.Version ?? 0)],
                Author = "writer",
                Origin = ChangeOrigin.Api,
                Message = marker,
            },
            CancellationToken.None);
    }

    private static async Task CompareAsync(SqliteChangeLog log, ConcurrentBag<(long Number, string Marker)> accepted, List<string> failures)
    {
        Dictionary<long, string> told = [];
        foreach ((long number, string marker) in accepted)
        {
            if (!told.TryAdd(number, marker))
            {
                failures.Add($"revision {number} was told twice");
            }
        }
        long expected = 0;
        await foreach (LogEntry entry in log.ReadFromAsync(0, CancellationToken.None))
        {
            if (entry.Revision.Number != ++expected || told.GetValueOrDefault(expected) != entry.Revision.Message)
            {
                failures.Add($"revision {expected} is {entry.Revision.Message} and was told as {told.GetValueOrDefault(expected)}");
            }
        }
        // Each applied set counted one up: were one applied twice, or half, the sum would not be the number of sets.
        using DocumentState state = await log.StateAsync(CancellationToken.None);
        long sum = state.Read().Sum(document => long.Parse(document.Body.ToString(), CultureInfo.InvariantCulture));
        if (expected != accepted.Count || sum != accepted.Count)
        {
            failures.Add($"{accepted.Count} sets were accepted, {expected} are in the history, and they counted up to {sum}");
        }
    }
}

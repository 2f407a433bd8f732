using System.Globalization;
using Meridian.Control.ChangeLog;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.StoreBench;

/// <summary>Compares a store that was recovered with what its writers were told.</summary>
internal static class StoreExpectation
{
    /// <summary>
    /// Opens a store, as a server does after a crash, and verifies it: every hash is computed again, and the newest
    /// acknowledged revision must have the hash that was acknowledged. Its hash is over all revisions before it, so with it
    /// each of them is there as it was acknowledged.
    /// </summary>
    /// <returns>Where the store is, and what is wrong.</returns>
    public static async Task<(long Head, List<string> Problems)> CheckAsync(string directory, IReadOnlyCollection<Acknowledgement> told)
    {
        List<string> problems = [];
        long head = 0;
        try
        {
            await using SqliteChangeLog log = SqliteChangeLog.Open(
                new StoreOptions { Directory = directory }, TimeProvider.System, NullLogger.Instance);
            head = log.Head?.Number ?? 0;
            if (told.Where(line => line.IsAccepted).MaxBy(line => line.Number) is { } last)
            {
                LogEntry? found = await log.FindAsync(last.Number, CancellationToken.None);
                if (found is null)
                {
                    problems.Add(string.Create(CultureInfo.InvariantCulture, $"revision {last.Number} was acknowledged and is lost: the head is {head}"));
                }
                else if (found.Revision.Hash.ToString() != last.Detail || found.Revision.Message != last.Marker)
                {
                    problems.Add(string.Create(CultureInfo.InvariantCulture, $"revision {last.Number} is not the one that was acknowledged"));
                }
            }
            await CheckRefusedAsync(log, told, problems);
        }
        catch (ChangeLogException e)
        {
            problems.Add($"cannot be opened: {e.Message}");
        }
        StoreReport report = StoreMaintenance.Check(directory);
        problems.AddRange(report.Findings);
        return (head, problems);
    }

    private static async Task CheckRefusedAsync(SqliteChangeLog log, IReadOnlyCollection<Acknowledgement> told, List<string> problems)
    {
        HashSet<string> refused = [.. told.Where(line => !line.IsAccepted).Select(line => line.Marker)];
        if (refused.Count == 0)
        {
            return;
        }
        await foreach (LogEntry entry in log.ReadFromAsync(log.OldestNumber - 1, CancellationToken.None))
        {
            if (refused.Contains(entry.Revision.Message))
            {
                problems.Add(string.Create(CultureInfo.InvariantCulture, $"{entry.Revision.Message} was refused and is revision {entry.Revision.Number}"));
            }
        }
    }
}

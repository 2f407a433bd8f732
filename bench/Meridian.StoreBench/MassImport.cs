using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Meridian.Control.ChangeLog;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.StoreBench;

/// <summary>A zone of a million records imported in one change set: time, size, and the time to start from it.</summary>
public static class MassImport
{
    public static async Task<ProofResult> RunAsync(int records, string? parentDirectory)
    {
        DirectoryInfo parent = parentDirectory is null
            ? Directory.CreateTempSubdirectory("meridian-import-")
            : Directory.CreateDirectory(Path.Combine(parentDirectory, "meridian-import"));
        try
        {
            string directory = Path.Combine(parent.FullName, "store");
            StringBuilder text = new();
            await ImportAsync(directory, records, text);
            List<string> failures = await StartAsync(directory, records, text);
            Stopwatch watch = Stopwatch.StartNew();
            StoreReport report = StoreMaintenance.Check(directory);
            text.Append(CultureInfo.InvariantCulture, $"verified whole (every page, hash and checksum) in {watch.Elapsed.TotalSeconds:F1} s");
            return new ProofResult(text.ToString(), [.. failures, .. report.Findings]);
        }
        finally
        {
            parent.Delete(recursive: true);
        }
    }

    private static async Task ImportAsync(string directory, int records, StringBuilder text)
    {
        ImmutableArray<DocumentChange>.Builder changes = ImmutableArray.CreateBuilder<DocumentChange>(records);
        long octets = 0;
        for (int i = 0; i < records; i++)
        {
            DocumentBody body = DocumentBody.FromText($"{{\"A\":[\"10.{i >> 16 & 255}.{i >> 8 & 255}.{i & 255}\"]}}");
            DocumentKey key = new(DocumentKinds.Records, string.Create(CultureInfo.InvariantCulture, $"big.example/host{i}"));
            octets += key.Name.Length + body.Length;
            changes.Add(DocumentChange.Put(key, body));
        }
        ChangeSet set = new() { Changes = changes.MoveToImmutable(), Author = "importer", Origin = ChangeOrigin.Cli, Message = "import" };
        await using SqliteChangeLog log = SqliteChangeLog.Open(new StoreOptions { Directory = directory }, TimeProvider.System, NullLogger.Instance);
        Stopwatch watch = Stopwatch.StartNew();
        AppendResult result = await log.AppendAsync(set, CancellationToken.None);
        if (result is not AppendResult.Accepted)
        {
            throw new InvalidOperationException(result.ToString());
        }
        text.AppendLine(CultureInfo.InvariantCulture, $"{records} records ({octets >> 20} MiB of names and bodies) imported as one revision in {watch.Elapsed.TotalSeconds:F1} s");
        // One change after it, so that what follows is measured after a checkpoint of the import.
        await log.AppendAsync(
            set with { Changes = [DocumentChange.Put(new DocumentKey(DocumentKinds.Zone, "big.example"), DocumentBody.FromText("{}"))] }, CancellationToken.None);
    }

    private static async Task<List<string>> StartAsync(string directory, int records, StringBuilder text)
    {
        long size = new DirectoryInfo(directory).EnumerateFiles().Sum(file => file.Length);
        GC.Collect();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        Stopwatch watch = Stopwatch.StartNew();
        await using SqliteChangeLog log = SqliteChangeLog.Open(new StoreOptions { Directory = directory }, TimeProvider.System, NullLogger.Instance);
        double open = watch.Elapsed.TotalMilliseconds;
        watch.Restart();
        long count = 0;
        using DocumentState state = await log.StateAsync(CancellationToken.None);
        foreach (Document document in state.Read())
        {
            count += document.Body.Length > 0 ? 1 : 0;
        }
        double load = watch.Elapsed.TotalSeconds;
        long kept = GC.GetTotalMemory(forceFullCollection: true) - before;
        text.AppendLine(CultureInfo.InvariantCulture, $"on disk {size >> 20} MiB; opened in {open:F0} ms, its state read in {load:F2} s ({count / load:F0} documents/s), {kept >> 10} KiB kept by it");
        return count == records + 1 ? [] : [$"{records + 1} documents were imported, and {count} are there"];
    }
}

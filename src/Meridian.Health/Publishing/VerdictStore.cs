using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Meridian.Health.Publishing;

/// <summary>
/// Keeps the verdicts over a restart, in <c>verdicts.json</c> in the state directory. The file is replaced whole (written
/// beside, then renamed), so that at any moment there is one complete version of it.
/// </summary>
public sealed class VerdictStore(string stateDirectory, ILogger<VerdictStore> logger)
{
    /// <summary>The file's name in the state directory.</summary>
    public const string FileName = "verdicts.json";

    // 100,000 members take about 25 MB; a longer file is not ours.
    private const long MaxFileLength = 64 * 1024 * 1024;
    private const int Version = 1;

    private readonly string _path = Path.Combine(stateDirectory, FileName);

    /// <summary>What was known at the last write; nothing when there is no file or it cannot be used, which is logged.</summary>
    internal StoredHealth Load()
    {
        try
        {
            FileInfo file = new(_path);
            if (!file.Exists)
            {
                return StoredHealth.None;
            }

            if (file.Length > MaxFileLength)
            {
                logger.VerdictsUnreadable($"{_path} is longer than {MaxFileLength} octets");
                return StoredHealth.None;
            }

            VerdictDocument? document = JsonSerializer.Deserialize(File.ReadAllBytes(_path), VerdictJson.Default.VerdictDocument);
            if (document?.Version == Version && TryRead(document.Verdicts, out ImmutableArray<StoredVerdict> verdicts))
            {
                return new StoredHealth(verdicts, document.Freeze, document.Gates ?? []);
            }

            logger.VerdictsUnreadable($"{_path} is of another version or incomplete");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            logger.VerdictsUnreadable(e.Message);
        }

        return StoredHealth.None;
    }

    /// <summary>Replaces the file; false when that failed, which is logged.</summary>
    internal async Task<bool> SaveAsync(StoredHealth health, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(stateDirectory);
            string temporary = _path + ".new";
            await using (FileStream file = new(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                VerdictDocument document = new(Version, [.. health.Verdicts.Select(VerdictEntry.Of)])
                {
                    Freeze = health.Freeze,
                    Gates = health.Gates.IsEmpty ? null : health.Gates,
                };
                await JsonSerializer.SerializeAsync(file, document, VerdictJson.Default.VerdictDocument, cancellationToken);

                // The content must be on the disk before the name points to it, or a power failure leaves an empty file.
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, _path, overwrite: true);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            logger.SaveFailed(e.Message);
            return false;
        }
    }

    private static bool TryRead(ImmutableArray<VerdictEntry> entries, out ImmutableArray<StoredVerdict> verdicts)
    {
        ImmutableArray<StoredVerdict>.Builder builder = ImmutableArray.CreateBuilder<StoredVerdict>();
        foreach (VerdictEntry? entry in entries.IsDefault ? [] : entries)
        {
            if (entry?.ToVerdict() is { } verdict)
            {
                builder.Add(verdict);
            }
        }

        verdicts = builder.ToImmutable();
        return !entries.IsDefault && verdicts.Length == entries.Length;
    }
}

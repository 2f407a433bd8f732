using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Meridian.Client.Wire;

namespace Meridian.Control.Access;

/// <summary>The files of an audit log: JSON, one entry a line, each file named after its first entry's number.</summary>
internal static class AuditFiles
{
    private const string Prefix = "audit-";
    private const string Suffix = ".jsonl";
    private const string NumberFormat = "D12";

    public static string PathOf(string directory, long first) =>
        Path.Combine(directory, Prefix + first.ToString(NumberFormat, CultureInfo.InvariantCulture) + Suffix);

    /// <summary>All files, oldest first.</summary>
    public static ImmutableArray<(string Path, long First)> List(string directory) =>
    [
        .. Directory.EnumerateFiles(directory, Prefix + "*" + Suffix)
            .Select(path => (Path: path, First: FirstOf(path)))
            .Where(file => file.First > 0)
            .OrderBy(file => file.First),
    ];

    /// <summary>The entry as a line, with its place in the chain.</summary>
    public static byte[] Format(AuditEntry entry, string previousChain, out AuditEntry written)
    {
        written = entry with { Chain = ChainOf(entry, previousChain) };
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(written, AccessJson.Default.AuditEntry);
        Array.Resize(ref json, json.Length + 1);
        json[^1] = (byte)'\n';
        return json;
    }

    /// <summary>Whether an entry is what was written after another.</summary>
    public static bool IsChained(AuditEntry entry, string previousChain) => entry.Chain == ChainOf(entry, previousChain);

    /// <summary>The entries of a file, oldest first. A line that cannot be read gives null.</summary>
    public static IEnumerable<AuditEntry?> Read(string path)
    {
        // Shared: the server goes on writing while somebody reads.
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using StreamReader reader = new(stream, Encoding.UTF8);
        while (reader.ReadLine() is { } line)
        {
            yield return Parse(line);
        }
    }

    /// <summary>
    /// Takes off what follows the last line break. Only a write that was cut off leaves something there, and such an entry
    /// was never acknowledged.
    /// </summary>
    /// <returns>Whether there was anything.</returns>
    public static bool TrimTornLine(FileStream file)
    {
        long end = file.Length;
        while (end > 0)
        {
            file.Position = end - 1;
            if (file.ReadByte() == '\n')
            {
                break;
            }
            end--;
        }
        bool isTorn = end < file.Length;
        if (isTorn)
        {
            file.SetLength(end);
            file.Flush(flushToDisk: true);
        }
        file.Position = end;
        return isTorn;
    }

    private static AuditEntry? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, AccessJson.Default.AuditEntry);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string ChainOf(AuditEntry entry, string previousChain)
    {
        byte[] content = JsonSerializer.SerializeToUtf8Bytes(entry with { Chain = previousChain }, AccessJson.Default.AuditEntry);
        return Convert.ToHexStringLower(SHA256.HashData(content));
    }

    private static long FirstOf(string path) =>
        long.TryParse(Path.GetFileNameWithoutExtension(path).AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out long first)
            ? first
            : 0;
}

using System.Collections.Immutable;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Meridian.Control.Configuration;
using Meridian.Control.Configuration.State;

namespace Meridian.Control.History;

/// <summary>
/// The configurations and location databases that the log refers to, each once under the digest of what it means. Methods
/// that write throw <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> when the disk does not take it.
/// </summary>
internal sealed class HistoryArchive(string directory)
{
    private const string ConfigurationSuffix = ".json.gz";
    private const string PlacesSuffix = ".mmdb.gz";

    private readonly string _configurations = Path.Combine(directory, "configurations");
    private readonly string _places = Path.Combine(directory, "places");

    /// <summary>Keeps the documents of a load that has a model.</summary>
    public void KeepConfiguration(LoadResult loaded)
    {
        string path = Path.Combine(_configurations, loaded.Digest + ConfigurationSuffix);
        if (File.Exists(path))
        {
            return;
        }
        Directory.CreateDirectory(_configurations);
        Document document = new(loaded.Root, FilesOf(loaded.Documents));
        AtomicFile.Write(path, Compress(JsonSerializer.SerializeToUtf8Bytes(document, JsonSerializerOptions.Web)));
    }

    /// <summary>Keeps the files that documents of the store name: keys, tables.</summary>
    /// <returns>What they can be opened by; empty when there are none.</returns>
    public string KeepFiles(ImmutableArray<ConfigurationDocument> documents)
    {
        Document document = new("", FilesOf(documents));
        if (document.Files.IsEmpty)
        {
            return "";
        }
        byte[] content = JsonSerializer.SerializeToUtf8Bytes(document, JsonSerializerOptions.Web);
        string digest = Convert.ToHexStringLower(SHA256.HashData(content));
        string path = Path.Combine(_configurations, digest + ConfigurationSuffix);
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(_configurations);
            AtomicFile.Write(path, Compress(content));
        }
        return digest;
    }

    /// <summary>A configuration's files under the paths that they had; null when it is not there.</summary>
    public MemoryConfigurationFiles? OpenConfiguration(string digest)
    {
        if (!TryReadAll(Path.Combine(_configurations, digest + ConfigurationSuffix), out byte[] content)
            || JsonSerializer.Deserialize<Document>(content, JsonSerializerOptions.Web) is not { Root: not null, Files.IsDefault: false } document)
        {
            return null;
        }
        return new MemoryConfigurationFiles(
            document.Files.ToImmutableSortedDictionary(file => file.Path, file => (ReadOnlyMemory<byte>)file.Content, StringComparer.Ordinal),
            document.Root);
    }

    /// <summary>Keeps a location database that was read from a file.</summary>
    /// <param name="digest">SHA-256 of what was read, in hexadecimal.</param>
    /// <param name="path">Where it was read from.</param>
    /// <returns>False when the file is another one by now.</returns>
    public bool KeepPlaces(string digest, string path)
    {
        string target = Path.Combine(_places, digest + PlacesSuffix);
        if (File.Exists(target))
        {
            return true;
        }
        byte[] content = File.ReadAllBytes(path);
        if (Convert.ToHexString(SHA256.HashData(content)) != digest)
        {
            return false;
        }
        Directory.CreateDirectory(_places);
        AtomicFile.Write(target, Compress(content));
        return true;
    }

    /// <summary>A location database as it was; false when it is not there.</summary>
    public bool TryOpenPlaces(string digest, out byte[] content) => TryReadAll(Path.Combine(_places, digest + PlacesSuffix), out content);

    /// <summary>Removes what no segment refers to any more.</summary>
    /// <param name="digests">What is referred to.</param>
    /// <param name="before">What is younger stays: it may be of a configuration that is about to be published.</param>
    public void RemoveOthers(IReadOnlySet<string> digests, DateTimeOffset before)
    {
        foreach (string path in Files())
        {
            if (!digests.Contains(Path.GetFileName(path).Split('.')[0]) && File.GetLastWriteTimeUtc(path) < before.UtcDateTime)
            {
                File.Delete(path);
            }
        }
    }

    /// <summary>Octets on the disk.</summary>
    public long Length() => Files().Sum(path => new FileInfo(path).Length);

    private IEnumerable<string> Files() => new[] { _configurations, _places }.Where(Directory.Exists).SelectMany(Directory.EnumerateFiles);

    private static ImmutableArray<DocumentFile> FilesOf(ImmutableArray<ConfigurationDocument> documents) =>
    [
        .. documents.Where(read => read.Content is not null)
            .Select(read => new DocumentFile(read.Path, (read.Content ?? default).ToArray())),
    ];

    private static bool TryReadAll(string path, out byte[] content)
    {
        content = [];
        if (!File.Exists(path))
        {
            return false;
        }
        using FileStream file = File.OpenRead(path);
        using GZipStream unpacked = new(file, CompressionMode.Decompress);
        using MemoryStream all = new();
        unpacked.CopyTo(all);
        content = all.ToArray();
        return true;
    }

    private static byte[] Compress(byte[] content)
    {
        using MemoryStream packed = new();
        using (GZipStream stream = new(packed, CompressionLevel.Optimal))
        {
            stream.Write(content);
        }
        return packed.ToArray();
    }

    private sealed record Document(string Root, ImmutableArray<DocumentFile> Files);

    private sealed record DocumentFile(string Path, byte[] Content);
}

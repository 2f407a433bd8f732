using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Meridian.Control.Configuration.State;

namespace Meridian.Control.Configuration;

/// <summary>
/// Keeps copies of the documents that were accepted last, so that a server whose files are broken or gone starts from what
/// worked. Each configuration is a directory of readable files; a small file, replaced at once, says which one counts.
/// </summary>
public sealed class LastGoodConfiguration(string stateDirectory)
{
    private const string DirectoryName = "last-good";
    private const string CurrentName = "current.json";

    private readonly string _directory = Path.Combine(stateDirectory, DirectoryName);

    /// <summary>
    /// Saves what was loaded; the copy before it is kept until this one counts. Throws <see cref="IOException"/> or
    /// <see cref="UnauthorizedAccessException"/> when the disk does not take it.
    /// </summary>
    /// <param name="result">A load with a model.</param>
    public void Save(LoadResult result)
    {
        if (result.Model is null)
        {
            throw new ArgumentException("only a configuration without errors is a good one", nameof(result));
        }
        // By the documents, not by the model: a changed comment is worth keeping too.
        string name = DigestOf(result.Documents)[..16];
        string target = Path.Combine(_directory, name);
        Directory.CreateDirectory(target);
        List<SavedFile> saved = [];
        foreach (ConfigurationDocument document in result.Documents)
        {
            if (document.Content is { } content)
            {
                string file = string.Create(
                    CultureInfo.InvariantCulture, $"{saved.Count + 1:D4}-{Path.GetFileName(document.Path)}");
                AtomicFile.Write(Path.Combine(target, file), content.Span);
                saved.Add(new SavedFile(document.Path, file));
            }
        }
        Manifest manifest = new(result.Root, name, [.. saved]);
        AtomicFile.Write(
            Path.Combine(_directory, CurrentName),
            JsonSerializer.SerializeToUtf8Bytes(manifest, JsonSerializerOptions.Web));
        RemoveOthers(name);
    }

    /// <summary>The saved copy under its original paths; null when there is none that can be read.</summary>
    /// <param name="problem">Why a copy that is there cannot be read; null when there is none, or it can.</param>
    public MemoryConfigurationFiles? TryOpen(out string? problem)
    {
        problem = null;
        string current = Path.Combine(_directory, CurrentName);
        try
        {
            Manifest? manifest = JsonSerializer.Deserialize<Manifest>(
                File.ReadAllBytes(current), JsonSerializerOptions.Web);
            if (manifest is { Root: not null, Directory: not null, Files.IsDefaultOrEmpty: false })
            {
                return new MemoryConfigurationFiles(
                    manifest.Files.ToImmutableSortedDictionary(
                        file => file.Path,
                        file => (ReadOnlyMemory<byte>)File.ReadAllBytes(Path.Combine(_directory, manifest.Directory, file.File)),
                        StringComparer.Ordinal),
                    manifest.Root);
            }
            problem = $"{current}: this is not a saved configuration";
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException && !File.Exists(current))
        {
            // Nothing was ever saved.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or ArgumentException)
        {
            problem = $"{current}: {e.Message}";
        }
        return null;
    }

    /// <summary>Loads the saved copy; null when there is none that can be read.</summary>
    public LoadResult? TryLoad(ConfigurationLoaderOptions options, out string? problem) =>
        TryOpen(out problem) is { } files ? new ConfigurationLoader(files, options).Load(files.Root) : null;

    private void RemoveOthers(string kept)
    {
        foreach (string other in Directory.EnumerateDirectories(_directory).Where(other => Path.GetFileName(other) != kept))
        {
            try
            {
                Directory.Delete(other, recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // An old copy that stays behind costs a little space; the next save tries again.
            }
        }
    }

    private static string DigestOf(ImmutableArray<ConfigurationDocument> documents)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (ConfigurationDocument document in documents)
        {
            hash.AppendData(SHA256.HashData(Encoding.UTF8.GetBytes(document.Path)));
            hash.AppendData(SHA256.HashData((document.Content ?? default).Span));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private sealed record Manifest(string Root, string Directory, ImmutableArray<SavedFile> Files);

    private sealed record SavedFile(string Path, string File);
}

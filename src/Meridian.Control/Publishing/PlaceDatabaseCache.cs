using System.Collections.Immutable;
using System.Security.Cryptography;
using Meridian.Engine.Geo;
using Meridian.Engine.Model;

namespace Meridian.Control.Publishing;

/// <summary>
/// Reads location databases and keeps the last one: a reload that changes neither the file nor the overrides gets the
/// same object, and with it all maps that were compiled from it. Not for concurrent use, but for <see cref="Prefetch"/>.
/// </summary>
/// <param name="builtInPath">Where the build put its country database.</param>
public sealed class PlaceDatabaseCache(string builtInPath)
{
    private readonly Lazy<ReadFile> _prefetched = new(() => Read(builtInPath, null), LazyThreadSafetyMode.ExecutionAndPublication);
    private string _key = "";
    private PlaceDatabase _database = PlaceDatabase.Empty;

    /// <summary>The product's cache, with the database that stands beside the executable.</summary>
    public static PlaceDatabaseCache CreateDefault() => new(Path.Combine(AppContext.BaseDirectory, "geo", "country.mmdb"));

    /// <summary>
    /// Reads the built-in database on a thread of its own, while the configuration is being loaded: most configurations
    /// use it, and it is a good part of a start. What goes wrong is said when the database is asked for.
    /// </summary>
    public void Prefetch() => new Thread(() => _ = _prefetched.Value) { IsBackground = true, Name = "geo prefetch" }.Start();

    /// <summary>The database of a configuration, with its overrides.</summary>
    /// <returns>Null with the problem in words when the file cannot be read or is not a database.</returns>
    public PlaceDatabase? TryGet(GeoModel geo, out string? problem)
    {
        bool isBuiltIn = geo.Database == GeoModel.BuiltInDatabase;
        bool isFirst = _key.Length == 0;
        ReadFile read = isBuiltIn && isFirst
            ? _prefetched.Value
            : Read(isBuiltIn ? builtInPath : geo.Database, _key.Split('\n')[0]);
        if (read.Problem is not null)
        {
            problem = isBuiltIn
                ? $"the built-in location database cannot be read ({read.Problem}); build again, or set geo.database to an .mmdb file"
                : $"the location database '{geo.Database}' cannot be read: {read.Problem}";
            return null;
        }
        string key = $"{read.Digest}\n{geo.Database}\n{DescribeOverrides(geo.Overrides)}";
        if (key != _key)
        {
            PlaceDatabase database = read.Database ?? PlaceDatabase.Read(read.Content);
            // Files name themselves for their makers; an operator knows this one as built in.
            _database = (isBuiltIn ? database.WithDescription("the built-in country database") : database).WithOverrides(geo.Overrides);
            _key = key;
        }
        problem = null;
        return _database;
    }

    /// <summary>Reads and parses a file; only reads it when it is the one that is known already.</summary>
    private static ReadFile Read(string path, string? knownDigest)
    {
        try
        {
            byte[] content = File.ReadAllBytes(path);
            string digest = Convert.ToHexString(SHA256.HashData(content));
            return digest == knownDigest
                ? new ReadFile(digest, content, null, null)
                : new ReadFile(digest, [], PlaceDatabase.Read(content), null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return new ReadFile("", [], null, e.Message);
        }
    }

    private static string DescribeOverrides(ImmutableArray<GeoOverrideModel> overrides) => string.Join('\n', overrides);

    /// <param name="Digest">SHA-256 of the file.</param>
    /// <param name="Content">The file, when it was not parsed.</param>
    /// <param name="Database">The file, when it was.</param>
    /// <param name="Problem">Why there is neither.</param>
    private sealed record ReadFile(string Digest, byte[] Content, PlaceDatabase? Database, string? Problem);
}

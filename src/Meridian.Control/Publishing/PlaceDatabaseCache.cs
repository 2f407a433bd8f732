using System.Collections.Immutable;
using System.Security.Cryptography;
using Meridian.Engine.Geo;
using Meridian.Engine.Model;

namespace Meridian.Control.Publishing;

/// <summary>
/// Reads location databases and keeps the one in use and the newest one read: a reload that changes neither the file nor the
/// overrides gets the same object, and with it all maps that were compiled from it. Not for concurrent use, but for
/// <see cref="Prefetch"/>.
/// </summary>
/// <param name="builtInPath">Where the build put its country database.</param>
public sealed class PlaceDatabaseCache(string builtInPath)
{
    private readonly Lazy<ReadFile> _prefetched = new(() => Read(builtInPath, null), LazyThreadSafetyMode.ExecutionAndPublication);
    private Laid? _newest;
    private Laid? _present;
    private Laid? _offered;

    /// <summary>The file of the built-in database.</summary>
    public string BuiltInPath => builtInPath;

    /// <summary>The product's cache, with the database that stands beside the executable.</summary>
    public static PlaceDatabaseCache CreateDefault() => new(Path.Combine(AppContext.BaseDirectory, "geo", "country.mmdb"));

    /// <summary>
    /// Reads the built-in database on a thread of its own, while the configuration is being loaded: most configurations
    /// use it, and it is a good part of a start. What goes wrong is said when the database is asked for.
    /// </summary>
    public void Prefetch() => new Thread(() => _ = _prefetched.Value) { IsBackground = true, Name = "geo prefetch" }.Start();

    /// <summary>The newest database of a configuration, with its overrides.</summary>
    /// <returns>Null with the problem in words when the file cannot be read or is not a database.</returns>
    public PlaceDatabase? TryGet(GeoModel geo, out string? problem)
    {
        bool isBuiltIn = geo.Database == GeoModel.BuiltInDatabase;
        ReadFile read = isBuiltIn && _newest is null
            ? _prefetched.Value
            : Read(isBuiltIn ? builtInPath : geo.Database, _newest?.Base.Digest);
        if (read.Problem is not null)
        {
            problem = isBuiltIn
                ? $"the built-in location database cannot be read ({read.Problem}); build again, or set geo.database to an .mmdb file"
                : $"the location database '{geo.Database}' cannot be read: {read.Problem}";
            return null;
        }
        problem = null;
        string overrides = DescribeOverrides(geo.Overrides);
        if (_newest is { } known && known.Base.Digest == read.Digest && known.Path == geo.Database)
        {
            _newest = known.With(overrides, geo.Overrides);
        }
        else
        {
            PlaceDatabase database = read.Database ?? PlaceDatabase.Read(read.Content);
            // Files name themselves for their makers; an operator knows this one as built in.
            database = database.WithIdentity(isBuiltIn ? "the built-in country database" : database.Description, read.Digest);
            _newest = new Laid(geo.Database, database, overrides, database.WithOverrides(geo.Overrides));
        }
        return _newest.Database;
    }

    /// <summary>
    /// The database that is in use for a configuration, with its overrides, whatever the file is by now; null when none is, or
    /// the configuration names another.
    /// </summary>
    public PlaceDatabase? Present(GeoModel geo)
    {
        if (_present is not { } present || present.Path != geo.Database)
        {
            return null;
        }
        // Not in use yet with these overrides: the configuration may only be planned.
        _offered = present.With(DescribeOverrides(geo.Overrides), geo.Overrides);
        return _offered.Database;
    }

    /// <summary>Says that a database that was given here is in use from now on.</summary>
    public void Use(PlaceDatabase database) =>
        _present = new[] { _present, _offered, _newest }.FirstOrDefault(laid => ReferenceEquals(laid?.Database, database)) ?? _present;

    /// <summary>Says that a database is in use which the file does not hold any more: after a restart.</summary>
    public void Restore(GeoModel geo, PlaceDatabase database) =>
        _present = new Laid(geo.Database, database, DescribeOverrides(geo.Overrides), database.WithOverrides(geo.Overrides));

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

    /// <param name="Path">What the configuration calls it.</param>
    /// <param name="Base">What the file says.</param>
    /// <param name="Overrides">The corrections, in words that are equal for equal ones.</param>
    /// <param name="Database">With the corrections laid over it.</param>
    private sealed record Laid(string Path, PlaceDatabase Base, string Overrides, PlaceDatabase Database)
    {
        public Laid With(string overrides, ImmutableArray<GeoOverrideModel> corrections) => overrides == Overrides
            ? this
            : this with { Overrides = overrides, Database = Base.WithOverrides(corrections) };
    }

    /// <param name="Digest">SHA-256 of the file.</param>
    /// <param name="Content">The file, when it was not parsed.</param>
    /// <param name="Database">The file, when it was.</param>
    /// <param name="Problem">Why there is neither.</param>
    private sealed record ReadFile(string Digest, byte[] Content, PlaceDatabase? Database, string? Problem);
}

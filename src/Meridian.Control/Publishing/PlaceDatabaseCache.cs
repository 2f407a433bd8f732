using System.Collections.Immutable;
using System.Security.Cryptography;
using Meridian.Engine.Geo;
using Meridian.Engine.Model;

namespace Meridian.Control.Publishing;

/// <summary>
/// Reads location databases and keeps the last one: a reload that changes neither the file nor the overrides gets the
/// same object, and with it all maps that were compiled from it. Not for concurrent use.
/// </summary>
/// <param name="builtInPath">Where the build put its country database.</param>
public sealed class PlaceDatabaseCache(string builtInPath)
{
    private string _key = "";
    private PlaceDatabase _database = PlaceDatabase.Empty;

    /// <summary>The product's cache, with the database that stands beside the executable.</summary>
    public static PlaceDatabaseCache CreateDefault() => new(Path.Combine(AppContext.BaseDirectory, "geo", "country.mmdb"));

    /// <summary>The database of a configuration, with its overrides.</summary>
    /// <returns>Null with the problem in words when the file cannot be read or is not a database.</returns>
    public PlaceDatabase? TryGet(GeoModel geo, out string? problem)
    {
        bool isBuiltIn = geo.Database == GeoModel.BuiltInDatabase;
        string path = isBuiltIn ? builtInPath : geo.Database;
        try
        {
            byte[] content = File.ReadAllBytes(path);
            string key = $"{path}\n{Convert.ToHexString(SHA256.HashData(content))}\n{DescribeOverrides(geo.Overrides)}";
            if (key != _key)
            {
                PlaceDatabase read = PlaceDatabase.Read(content);
                // Files name themselves for their makers; an operator knows this one as built in.
                _database = (isBuiltIn ? read.WithDescription("the built-in country database") : read).WithOverrides(geo.Overrides);
                _key = key;
            }
            problem = null;
            return _database;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            problem = isBuiltIn
                ? $"the built-in location database cannot be read ({e.Message}); build again, or set geo.database to an .mmdb file"
                : $"the location database '{path}' cannot be read: {e.Message}";
            return null;
        }
    }

    private static string DescribeOverrides(ImmutableArray<GeoOverrideModel> overrides) => string.Join('\n', overrides);
}
